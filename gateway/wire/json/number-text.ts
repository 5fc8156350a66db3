/** A long list of numbers in JSON as it was sent, read into 32-bit floats without a value in between for each. */
import { readerOfNumbers } from './number-kernel.ts';

export interface NumberText {
  /** What stands between the brackets, a view into the JSON. */
  readonly numbers: Uint8Array;
}

/** Of a value that JSON itself cannot give: its objects hold no bytes. */
export function isNumberText(value: unknown): value is NumberText {
  return (
    typeof value === 'object' && value !== null && 'numbers' in value && value.numbers instanceof Uint8Array
  );
}

const [plus, comma, minus, point, zero, letterE] = [0x2b, 0x2c, 0x2d, 0x2e, 0x30, 0x65];
const lowerCase = 0x20;

/** As many digits as an integer of 32 bits holds, and as many again: together a 64-bit float holds them exactly. */
const [highDigits, lowDigits] = [8, 7];
const mostDigits = highDigits + lowDigits;

/** Powers of ten that a 64-bit float holds exactly. */
const powersOfTen = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

/** How much a value may lie above and below what its first digits and one division give. */
const [cutOff, rounded] = [2e-14, 1e-15];

/** A list that must be parsed as JSON to be read, or to say what is wrong with it. */
export class UnreadNumbers extends Error {}

/** Numbers in a row that are read without the kernel after one that it leaves: starting it again costs as much as a few. */
const fewNumbers = 32;

const readNumbers = readerOfNumbers();

/**
 * Lists of equal length, one after the other.
 *
 * @throws UnreadNumbers unless they are lists of that length, see `readFloats`
 */
export function readFloatLists(lists: readonly NumberText[], length: number): Float32Array {
  const bytes = lists.reduce((sum, { numbers }) => sum + numbers.byteLength, 0);
  // One character and a comma are the least that a number takes.
  if (2 * length * lists.length > bytes + lists.length) throw new UnreadNumbers();
  const elements = new Float32Array(lists.length * length);
  lists.forEach((list, index) => {
    if (!readFloats(list, elements.subarray(index * length, (index + 1) * length))) throw new UnreadNumbers();
  });
  return elements;
}

/** What JSON.parse makes of them, for numbers that are no 32-bit floats. @throws UnreadNumbers */
export function parsedNumbers({ numbers }: NumberText): readonly unknown[] {
  const { buffer, byteOffset, byteLength } = numbers;
  // What is no ASCII is no number either way.
  const list = Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
  try {
    const values: unknown = JSON.parse(`[${list}]`);
    if (Array.isArray(values)) return values;
  } catch (cause) {
    throw new UnreadNumbers('no list of JSON', { cause });
  }
  throw new UnreadNumbers();
}

/** How many there are if they are numbers. */
export function lengthOf({ numbers }: NumberText): number {
  let commas = 0;
  for (let at = 0; at < numbers.length; at += 1) if (numbers[at] === comma) commas += 1;
  return commas + 1;
}

/**
 * The same floats as those nearest to what JSON.parse gives.
 *
 * @returns false unless the text is that many numbers that 32 bits can hold, as JSON writes them
 */
export function readFloats({ numbers: text }: NumberText, elements: Float32Array): boolean {
  const count = elements.length;
  if (count === 0) return afterSpace(text, 0) === text.length;
  let at = 0;
  for (let index = 0; index < count;) {
    const read = readNumbers?.(text, at, elements, index);
    if (read !== undefined && read.count > 0) {
      at += read.bytes;
      index += read.count;
      continue;
    }
    for (const enough = Math.min(count, index + fewNumbers); index < enough; index += 1) {
      at = readFloat(text, at, elements, index);
      if (at < 0) return false;
    }
  }
  // The end of the text counts as a comma.
  return at === text.length + 1;
}

/**
 * Fifteen digits tell which float is the nearest one, unless the number lies next to the middle between two, and then all
 * of its digits are read.
 *
 * @returns where the next number begins; -1 when this is none
 */
function readFloat(text: Uint8Array, from: number, elements: Float32Array, index: number): number {
  const end = text.length;
  let at = afterSpace(text, from);
  const start = at;
  const isNegative = text[at] === minus;
  if (isNegative) at += 1;
  const first = at;
  let high = 0;
  let low = 0;
  let digits = 0;
  let scale = 0;
  let digit: number;
  for (; at < end && (digit = (text[at] ?? 0) - zero) >= 0 && digit <= 9; at += 1) {
    if (digits < highDigits) high = Math.imul(high, 10) + digit;
    else if (digits < mostDigits) low = Math.imul(low, 10) + digit;
    else scale -= 1;
    if (high !== 0 && digits < mostDigits) digits += 1;
  }
  if (at === first || (at > first + 1 && text[first] === zero)) return -1;
  if (text[at] === point) {
    at += 1;
    const fraction = at;
    for (; at < end && (digit = (text[at] ?? 0) - zero) >= 0 && digit <= 9; at += 1) {
      if (digits < highDigits) high = Math.imul(high, 10) + digit;
      else if (digits < mostDigits) low = Math.imul(low, 10) + digit;
      else continue;
      if (high !== 0) digits += 1;
      scale += 1;
    }
    if (at === fraction) return -1;
  }
  if (((text[at] ?? 0) | lowerCase) === letterE) {
    at += 1;
    const sign = text[at];
    if (sign === minus || sign === plus) at += 1;
    const firstDigit = at;
    let exponent = 0;
    for (; at < end && (digit = (text[at] ?? 0) - zero) >= 0 && digit <= 9; at += 1) {
      exponent = Math.min(exponent * 10 + digit, 1000);
    }
    if (at === firstDigit) return -1;
    scale += sign === minus ? exponent : -exponent;
  }
  const value = high * (powersOfTen[Math.max(0, digits - highDigits)] ?? 1) + low;
  // Beyond the table the power is NaN, which equals nothing.
  const power = powersOfTen[Math.abs(scale)] ?? NaN;
  const near = scale < 0 ? value * power : value / power;
  const float = Math.fround(near * (1 - rounded));
  const isClear = float === Math.fround(near * (1 + cutOff));
  const size = isClear ? float : Math.fround(exactSize(text, start, at));
  if (size === Infinity) return -1;
  elements[index] = isNegative ? -size : size;
  at = afterSpace(text, at);
  return at === end || text[at] === comma ? at + 1 : -1;
}

function afterSpace(text: Uint8Array, from: number): number {
  let at = from;
  for (;;) {
    const byte = text[at];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return at;
    at += 1;
  }
}

function exactSize(text: Uint8Array, start: number, end: number): number {
  return Math.abs(Number(Buffer.from(text.buffer, text.byteOffset + start, end - start).toString('latin1')));
}
