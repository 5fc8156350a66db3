/** The status line and the fields of an answer, and what they say about what follows (RFC 9112, sections 4 to 6 and 9). */
import { AnswerError } from './answer-error.ts';

/** How the end of a body is found. */
export type BodyEnd =
  | { readonly by: 'length'; readonly bytes: number }
  | { readonly by: 'chunks' }
  /** Of the connection. */
  | { readonly by: 'end' };

export interface AnswerHead {
  readonly status: number;
  readonly bodyEnd: BodyEnd;
  /** Whether another answer may follow over the connection. */
  readonly keepsConnection: boolean;
  /** Without a request for so long, the other side closes the connection; undefined if it does not say. */
  readonly idleSeconds: number | undefined;
}

const statusLine = /^HTTP\/1\.(?<minor>[01]) (?<status>[1-9]\d\d)(?: .*)?$/;
const fieldName = /^[!#$%&'*+\-.^_`|~\w]+$/;
const lengthPattern = /^[ \t]*\d{1,15}[ \t]*$/;
const chunkedPattern = /^[ \t]*chunked[ \t]*$/i;
/** Any but the tab. A line that ends without a carriage return holds one, too. */
// eslint-disable-next-line no-control-regex -- they are what it looks for
export const controls = /[\0-\x08\n-\x1f\x7f]/;

const noBody: BodyEnd = { by: 'length', bytes: 0 };

/** An answer that is followed by another one to the same request. */
export const isInformational = ({ status }: AnswerHead): boolean => status < 200;

/**
 * @param text in Latin-1, without the empty line at its end
 * @throws AnswerError `malformed`; also where two servers could disagree about where the answer ends
 */
export function readAnswerHead(text: string): AnswerHead {
  const [first = '', ...lines] = text.split('\r\n');
  const { minor, status } = statusLine.exec(first)?.groups ?? {};
  if (controls.test(first) || status === undefined) throw malformed('its first line is no status');
  const fields = fieldsOf(lines);
  const connection = listed(fields.connection);
  const isChunked = fields.encodings.length > 0;
  const isOld = minor === '0';
  const saidEnd = endOf(fields);
  const bodyEnd = status === '204' || status === '304' ? noBody : saidEnd;
  // Nobody has asked for another protocol.
  if (status === '101') throw malformed('it changes the protocol');
  return {
    status: Number(status),
    bodyEnd,
    keepsConnection:
      bodyEnd.by !== 'end' &&
      !connection.includes('close') &&
      (!isOld || (connection.includes('keep-alive') && !isChunked)),
    idleSeconds: idleSecondsOf(fields.keepAlive),
  };
}

interface Fields {
  readonly lengths: string[];
  readonly encodings: string[];
  readonly connection: string[];
  readonly keepAlive: string[];
}

function fieldsOf(lines: readonly string[]): Fields {
  const fields: Fields = { lengths: [], encodings: [], connection: [], keepAlive: [] };
  for (const line of lines) {
    const { name, value } = readField(line);
    placeOf(fields, name.toLowerCase())?.push(value);
  }
  return fields;
}

/**
 * The blanks around a value stay: a pattern that parts them from it tries all ways to do so, for minutes.
 *
 * @throws AnswerError `malformed`
 */
export function readField(line: string): { readonly name: string; readonly value: string } {
  const colon = line.indexOf(':');
  const [name, value] = [line.slice(0, Math.max(0, colon)), line.slice(colon + 1)];
  if (!fieldName.test(name) || controls.test(value)) throw malformed('one of its fields is none');
  return { name, value };
}

function placeOf(fields: Fields, name: string): string[] | undefined {
  switch (name) {
    case 'content-length':
      return fields.lengths;
    case 'transfer-encoding':
      return fields.encodings;
    case 'connection':
      return fields.connection;
    case 'keep-alive':
      return fields.keepAlive;
    default:
      return undefined;
  }
}

function endOf({ lengths, encodings }: Fields): BodyEnd {
  const [bytes, ...otherLengths] = lengths;
  const [encoding, ...otherEncodings] = encodings;
  if (encoding !== undefined) {
    if (otherEncodings.length > 0 || !chunkedPattern.test(encoding))
      throw malformed('its Transfer-Encoding is not the one that was asked for');
    if (bytes !== undefined) throw malformed('it has a Content-Length and comes in chunks');
    return { by: 'chunks' };
  }
  if (bytes === undefined) return { by: 'end' };
  if (otherLengths.length > 0 || !lengthPattern.test(bytes)) throw malformed('its Content-Length is none');
  return { by: 'length', bytes: Number(bytes) };
}

const listed = (values: readonly string[]): readonly string[] =>
  values.flatMap((value) => value.split(',')).map((value) => value.trim().toLowerCase());

/** The parameter has that name wherever the field is known; no document of the IETF describes it. */
function idleSecondsOf(values: readonly string[]): number | undefined {
  const seconds = values.map(
    (value) => /(?:^|[,; \t])timeout=(?<seconds>\d{1,9})/i.exec(value)?.groups?.['seconds'],
  );
  const given = seconds.find((value) => value !== undefined);
  return given === undefined ? undefined : Number(given);
}

const malformed = (words: string): AnswerError =>
  new AnswerError('malformed', `the answer is no HTTP: ${words}`);
