/** Takes what is long and plain out of the bytes of JSON before it is parsed: base64 texts and lists of numbers. */
import { randomUUID } from 'node:crypto';
import { decodeBase64Characters } from '../base64.ts';
import type { EncodedText } from './encoded-text.ts';
import type { NumberText } from './number-text.ts';

export interface CutJson {
  /** The same JSON with a short text in the place of each piece. */
  readonly rest: Buffer;
  /** By the text that stands there now. */
  readonly pieces: ReadonlyMap<string, EncodedText | NumberText>;
}

const shortestPiece = 32 * 1024;
/** So many texts are looked at in a millisecond; who sends more sends no pictures. */
const mostTexts = 2000;
const [quote, backslash] = [0x22, 0x5c];
const [bracket, closingBracket, brace] = [0x5b, 0x5d, 0x7b];
/** No client can know it, so none can name the text of a place. */
const nonce = randomUUID();

/**
 * A list of numbers is one that nothing else is in, not looked at further.
 *
 * @returns `undefined` when there is nothing to take out, or when the bytes cannot be JSON
 */
export function cutJson(json: Buffer): CutJson | undefined {
  const pieces = new Map<string, EncodedText | NumberText>();
  const kept: Buffer[] = [];
  let from = 0;
  let end = 0;
  const cut = (piece: EncodedText | NumberText, start: number, after: number): void => {
    const place = `${nonce} ${pieces.size}`;
    pieces.set(place, piece);
    kept.push(json.subarray(from, start), Buffer.from(`"${place}"`));
    from = after;
  };
  for (let count = 0; json.byteLength - end > shortestPiece; count += 1) {
    const found = json.indexOf(quote, end);
    const start = found < 0 ? json.byteLength : found;
    const list = listWithin(json, end, start);
    if (list !== undefined)
      cut({ numbers: json.subarray(list.start + 1, list.end) }, list.start, list.end + 1);
    if (found < 0) break;
    const closing = closingQuote(json, start);
    if (closing < 0 || count === mostTexts) return undefined;
    const characters = json.subarray(start + 1, closing);
    const bytes = characters.byteLength < shortestPiece ? undefined : decodeBase64Characters(characters);
    end = closing + 1;
    if (bytes !== undefined) cut({ characters, bytes }, start, end);
  }
  return pieces.size === 0 ? undefined : { rest: Buffer.concat([...kept, json.subarray(from)]), pieces };
}

/** The places of the brackets around the only list between two texts. */
function listWithin(
  json: Buffer,
  from: number,
  to: number,
): { readonly start: number; readonly end: number } | undefined {
  if (to - from < shortestPiece) return undefined;
  const between = json.subarray(from, to);
  const start = between.indexOf(bracket);
  const end = start < 0 ? -1 : between.indexOf(closingBracket, start);
  if (end - start < shortestPiece) return undefined;
  const inside = between.subarray(start + 1, end);
  if (inside.includes(bracket) || inside.includes(brace)) return undefined;
  return { start: from + start, end: from + end };
}

function closingQuote(json: Buffer, start: number): number {
  let end = json.indexOf(quote, start + 1);
  while (end >= 0 && isEscaped(json, end)) end = json.indexOf(quote, end + 1);
  return end;
}

function isEscaped(json: Buffer, at: number): boolean {
  let before = at - 1;
  while (json[before] === backslash) before -= 1;
  return (at - before) % 2 === 0;
}
