/** Takes long lists of numbers out of the bytes of JSON before it is parsed. */
import { randomUUID } from 'node:crypto';
import type { NumberText } from './number-text.ts';

/** So many lists are looked at in a millisecond; who sends more sends short ones. */
const mostLists = 2000;
const [bracket, closingBracket, brace, quote] = [0x5b, 0x5d, 0x7b, 0x22];
/** No client can know it, so none can name the text of a place. */
const nonce = randomUUID();

/** A text that stands for what was taken out. */
export const placeNumber = (index: number): string => `${nonce} ${index}`;

/**
 * Lists in which there are neither texts nor objects nor other lists, not looked at further. What looks like one within a
 * text is taken too, and what is left is no JSON then.
 *
 * @param shortestBytes of a list that is taken
 * @param pieces are added to, by the text that stands in the place of each
 * @returns the same JSON with these texts, or itself
 */
export function cutNumberLists<Piece>(
  json: Buffer,
  shortestBytes: number,
  pieces: Map<string, Piece | NumberText>,
): Buffer {
  const kept: Buffer[] = [];
  let from = 0;
  let end = -1;
  for (let count = 0; count < mostLists; count += 1) {
    const after = end + 1;
    end = json.indexOf(closingBracket, after);
    if (end - after < shortestBytes) {
      if (end < 0) break;
      continue;
    }
    const start = json.subarray(after, end).lastIndexOf(bracket);
    const numbers = json.subarray(after + start + 1, end);
    if (start < 0 || numbers.length < shortestBytes) continue;
    if (numbers.includes(quote) || numbers.includes(brace)) continue;
    const place = placeNumber(pieces.size);
    pieces.set(place, { numbers });
    kept.push(json.subarray(from, after + start), Buffer.from(`"${place}"`));
    from = end + 1;
  }
  return kept.length === 0 ? json : Buffer.concat([...kept, json.subarray(from)]);
}
