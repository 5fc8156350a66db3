/** Tells what a JSON text will take memory and time for, without parsing it. */
import { ServingError } from '../../domain/errors.ts';

/** How many of each a text may hold. */
export interface JsonWeight {
  /** Commas: one less than the values of a list or an object. */
  readonly values: number;
  readonly lists: number;
  readonly objects: number;
  /** Two for each text. */
  readonly quotes: number;
}

/** Marks inside texts count too, so no weight is taken for less than it is. */
export function isHeavier(text: Buffer, { values, lists, objects, quotes }: JsonWeight): boolean {
  return (
    holdsMore(text, ',', values) ||
    holdsMore(text, '[', lists) ||
    holdsMore(text, '{', objects) ||
    holdsMore(text, '"', quotes)
  );
}

/** Base64 is read at a gigabyte a second; so many bytes of it take about ten milliseconds. */
const longestHere = 4 * 1024 * 1024;
/** Values of a list, an object or a body; so many take about ten milliseconds. */
const mostValuesHere = 50_000;
const valueMarks = ',[{';

/** Whether it would hold everybody up in the thread that answers them. */
export function takesLongToParse(text: Buffer): boolean {
  return text.byteLength > longestHere || holdsMore(text, valueMarks, mostValuesHere);
}

/**
 * @param most what fits into the memory of the thread that parses; one that runs out of it takes the process along
 * @param advice what to do instead
 * @throws ServingError `too-large`
 */
export function requireBearable(text: Buffer, most: JsonWeight, advice: string): void {
  if (!isHeavier(text, most)) return;
  throw new ServingError('too-large', `The JSON holds more values than can be read at once; ${advice}.`);
}

/**
 * Searched natively, which finds the commas of numbers in a third of the time that a look at each byte takes, and in a
 * twentieth of it in a thread that has compiled nothing yet.
 *
 * @param marks ASCII characters, which count together
 */
export function holdsMore(text: Buffer, marks: string, most: number): boolean {
  // One look at the length instead of one search a mark, for the many texts that are short.
  if (text.byteLength <= most) return false;
  let count = 0;
  for (const mark of Buffer.from(marks)) {
    for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + 1)) {
      count += 1;
      if (count > most) return true;
    }
  }
  return false;
}
