/** Cuts a `multipart/form-data` body into its parts without copying them. */
import { ServingError } from '../../domain/errors.ts';
import { decodeExtendedValue, parseHeaderParameters } from './header-parameters.ts';

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
/** Lines that begin as the boundary and go on otherwise; a picture has none, and millions take half a second. */
const MAX_LOOKALIKES = 10_000;

const SPACE = 0x20;
const TAB = 0x09;

/**
 * @param contentType the request's header, which holds the boundary
 * @throws ServingError `invalid-input` when the body is not a well-formed form or has more than `maxParts` parts
 */
export function parseMultipart(body: Buffer, contentType: string, maxParts: number): readonly FormPart[] {
  const delimiter = Buffer.from(`\r\n--${boundaryOf(contentType)}`, 'latin1');
  const parts: FormPart[] = [];
  let cursor = afterFirstDelimiter(body, delimiter);
  while (!isClosing(body, cursor)) {
    cursor = afterPadding(body, cursor);
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
  if (body.subarray(0, dashes.byteLength).equals(dashes) && endsDelimiter(body, dashes.byteLength)) {
    return dashes.byteLength;
  }
  return findDelimiter(body, delimiter, 0) + delimiter.byteLength;
}

/** The same bytes inside a part that are not followed by a line end or `--` belong to the part. */
function findDelimiter(body: Buffer, delimiter: Buffer, from: number): number {
  let found = body.indexOf(delimiter, from);
  for (let lookalikes = 0; found >= 0; lookalikes += 1) {
    if (endsDelimiter(body, found + delimiter.byteLength)) return found;
    if (lookalikes === MAX_LOOKALIKES) throw malformed('too many of its lines begin as its boundary does');
    found = body.indexOf(delimiter, found + 1);
  }
  throw malformed('it ends before its closing boundary');
}

function endsDelimiter(body: Buffer, cursor: number): boolean {
  return isClosing(body, cursor) || isAt(body, afterPadding(body, cursor), '\r\n');
}

function isClosing(body: Buffer, cursor: number): boolean {
  return isAt(body, cursor, '--');
}

function isAt(body: Buffer, cursor: number, characters: string): boolean {
  return body.toString('latin1', cursor, cursor + characters.length) === characters;
}

/** Spaces and tabs may follow a boundary (RFC 2046, section 5.1.1). */
function afterPadding(body: Buffer, cursor: number): number {
  let next = cursor;
  while (body[next] === SPACE || body[next] === TAB) next += 1;
  return next;
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
  const extended = parameters.get('filename*');
  const fileName = (extended && decodeExtendedValue(extended)) ?? parameters.get('filename') ?? extended;
  return { name, fileName, contentType: headers.get('content-type'), bytes };
}

function malformed(fault: string): ServingError {
  return new ServingError('invalid-input', `The multipart form cannot be read: ${fault}.`);
}
