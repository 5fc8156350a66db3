/** Cuts a `multipart/form-data` body into its parts without copying them. */
import { ServingError } from '../../domain/errors.ts';
import { parseHeaderParameters } from './header-parameters.ts';

/** One field of a form. */
export interface FormPart {
  readonly name: string;
  /** The name of the file; undefined for a field sent as text. */
  readonly fileName: string | undefined;
  readonly contentType: string | undefined;
  /** A view into the body. */
  readonly bytes: Buffer;
}

/** Long enough for any real part; short enough that reading it never takes noticeable time. */
const MAX_PART_HEADER_BYTES = 8 * 1024;
const MAX_BOUNDARY_CHARACTERS = 70;

/**
 * @param contentType the request's header, which holds the boundary
 * @throws ServingError `invalid-input` when the body is not a well-formed form or has more than `maxParts` parts
 */
export function parseMultipart(body: Buffer, contentType: string, maxParts: number): readonly FormPart[] {
  const delimiter = Buffer.from(`\r\n--${boundaryOf(contentType)}`, 'latin1');
  const parts: FormPart[] = [];
  let cursor = afterFirstDelimiter(body, delimiter);
  while (!isClosing(body, cursor)) {
    if (parts.length === maxParts) {
      throw new ServingError('invalid-input', `The form has more than ${maxParts} fields.`);
    }
    const headerEnd = body.subarray(cursor, cursor + MAX_PART_HEADER_BYTES).indexOf('\r\n\r\n');
    if (headerEnd < 0) throw malformed('a field has no headers, or headers without an end');
    const start = cursor + headerEnd + 4;
    // An empty part's delimiter begins with the very line break that ends its headers.
    const end = findDelimiter(body, delimiter, start - 2);
    parts.push(
      readPart(body.toString('utf8', cursor, start - 4), body.subarray(start, Math.max(start, end))),
    );
    cursor = end + delimiter.byteLength;
  }
  return parts;
}

function boundaryOf(contentType: string): string {
  const boundary = parseHeaderParameters(contentType).get('boundary');
  if (boundary === undefined || boundary === '' || boundary.length > MAX_BOUNDARY_CHARACTERS) {
    throw malformed('the Content-Type header names no usable boundary');
  }
  return boundary;
}

function afterFirstDelimiter(body: Buffer, delimiter: Buffer): number {
  const dashes = delimiter.subarray(2);
  if (body.subarray(0, dashes.byteLength).equals(dashes)) return dashes.byteLength;
  return findDelimiter(body, delimiter, 0) + delimiter.byteLength;
}

/** The same bytes inside a part that are not followed by a line end or `--` belong to the part. */
function findDelimiter(body: Buffer, delimiter: Buffer, from: number): number {
  let found = body.indexOf(delimiter, from);
  while (found >= 0) {
    const next = body.toString('latin1', found + delimiter.byteLength, found + delimiter.byteLength + 2);
    if (next === '\r\n' || next === '--') return found;
    found = body.indexOf(delimiter, found + 1);
  }
  throw malformed('it ends before its closing boundary');
}

function isClosing(body: Buffer, cursor: number): boolean {
  return body.toString('latin1', cursor, cursor + 2) === '--';
}

function readPart(headerText: string, bytes: Buffer): FormPart {
  const headers = new Map(
    headerText.split('\r\n').map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, Math.max(0, colon)).trim().toLowerCase(), line.slice(colon + 1).trim()] as const;
    }),
  );
  const parameters = parseHeaderParameters(headers.get('content-disposition') ?? '');
  const name = parameters.get('name');
  if (name === undefined) throw malformed('a field has no name');
  const encoding = headers.get('content-transfer-encoding')?.toLowerCase() ?? 'binary';
  if (!['binary', '8bit', '7bit'].includes(encoding)) {
    throw malformed(
      'a field has a Content-Transfer-Encoding, which forms do not; send the bytes as they are',
    );
  }
  return { name, fileName: parameters.get('filename'), contentType: headers.get('content-type'), bytes };
}

function malformed(fault: string): ServingError {
  return new ServingError('invalid-input', `The multipart form cannot be read: ${fault}.`);
}
