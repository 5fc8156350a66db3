/** Takes what is long and plain out of the bytes of JSON before it is parsed: base64 texts and lists of numbers. */
import { decodeBase64Characters } from '../base64.ts';
import { cutNumberLists, placeNumber } from './cut-lists.ts';
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

/** @returns `undefined` when there is nothing to take out, or when the bytes cannot be JSON */
export function cutJson(json: Buffer): CutJson | undefined {
  const pieces = new Map<string, EncodedText | NumberText>();
  const withoutTexts = cutTexts(json, pieces);
  if (withoutTexts === undefined) return undefined;
  const rest = cutNumberLists(withoutTexts, shortestPiece, pieces);
  return pieces.size === 0 ? undefined : { rest, pieces };
}

function cutTexts(json: Buffer, pieces: Map<string, EncodedText | NumberText>): Buffer | undefined {
  const kept: Buffer[] = [];
  let from = 0;
  let end = 0;
  for (let count = 0; json.byteLength - end > shortestPiece; count += 1) {
    const start = json.indexOf(quote, end);
    if (start < 0) break;
    const closing = closingQuote(json, start);
    if (closing < 0 || count === mostTexts) return undefined;
    const characters = json.subarray(start + 1, closing);
    const bytes = characters.byteLength < shortestPiece ? undefined : decodeBase64Characters(characters);
    end = closing + 1;
    if (bytes === undefined) continue;
    const place = placeNumber(pieces.size);
    pieces.set(place, { characters, bytes });
    kept.push(json.subarray(from, start), Buffer.from(`"${place}"`));
    from = end;
  }
  return kept.length === 0 ? json : Buffer.concat([...kept, json.subarray(from)]);
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
