/** JSON as TensorFlow Serving reads and writes it: with the bare tokens NaN, Infinity and -Infinity. */
import { isUtf8 } from 'node:buffer';

import { ServingError } from '../../domain/errors.ts';
import type { Datatype } from '../../domain/tensor.ts';
import { isFloating } from '../numeric-elements.ts';
import { parseTolerantJson } from './json-parser.ts';

/**
 * Of a key that stands twice in an object the last value counts. Nesting of any depth is read.
 *
 * @throws ServingError `invalid-input`
 */
export function parseJsonText(text: string | Buffer): unknown {
  const characters = textOf(text);
  try {
    return JSON.parse(characters);
  } catch {
    return parseTolerantJson(characters, Number);
  }
}

/** As `parseJsonText`, slower, with whole numbers as bigint and numbers with a point or an exponent as number. */
export function parseJsonWithIntegers(text: string | Buffer): unknown {
  return parseTolerantJson(textOf(text), readExactly);
}

/** As `parseJsonText`, slower, with those whole numbers as bigint which a float would not hold exactly. */
export function parseJsonWithLargeIntegers(text: string | Buffer): unknown {
  return parseTolerantJson(textOf(text), (characters) => {
    const number = Number(characters);
    return Number.isInteger(number) && !Number.isSafeInteger(number) ? readExactly(characters) : number;
  });
}

function textOf(text: string | Buffer): string {
  if (typeof text !== 'string' && !isUtf8(text)) {
    throw new ServingError('invalid-input', 'JSON Parse error: The document is not UTF-8 text.');
  }
  const characters = text.toString();
  if (/^[ \t\r\n]*$/.test(characters)) {
    throw new ServingError('invalid-input', 'JSON Parse error: The document is empty');
  }
  return characters;
}

/** Longer integers than any 64-bit one are not made: their cost grows with the square of their length. */
function readExactly(characters: string): unknown {
  return characters.length <= 20 && /^-?\d+$/.test(characters) ? BigInt(characters) : Number(characters);
}

/** Floats as the shortest text that reads back to them, whole ones as `1.0`; floats of 16 bits are given as their values. */
export function writeJsonNumber(value: number | bigint, datatype: Datatype): string {
  if (typeof value === 'bigint') return String(value);
  if (datatype === 'float64') return writeFloat(value);
  return datatype !== 'string' && isFloating(datatype) ? writeFloat32(value) : String(value);
}

export function writeFloat32(value: number): string {
  return Number.isFinite(value) ? withPoint(shortestFloat32(value), value) : String(value);
}

function writeFloat(value: number): string {
  return Number.isFinite(value) ? withPoint(value, value) : String(value);
}

/** Below it, 32-bit floats lie so far apart that fewer digits tell them from each other. */
const smallestNormal = 2 ** -126;

/** From 1 to 1e14; each is exact. */
const powersOfTen = Float64Array.from({ length: 15 }, (_, exponent) => Number(`1e${exponent}`));

/** The number of fewest decimal digits that a 32-bit float of this value is the nearest one to. */
function shortestFloat32(value: number): number {
  const size = Math.abs(value);
  if (size <= 2 ** 24 && Number.isInteger(value)) return value;
  // Six digits survive a 32-bit float and nine tell each from its neighbours; in this range a product is exact enough.
  if (size >= 1e-5 && size < 1e5) {
    const exponent = Math.floor(Math.log10(size));
    for (let digits = 6; digits <= 9; digits += 1) {
      const scale = powersOfTen[digits - 1 - exponent] ?? 1;
      const rounded = Math.round(value * scale) / scale;
      if (Math.fround(rounded) === value) return rounded;
    }
  }
  for (let digits = size < smallestNormal ? 1 : 6; digits <= 9; digits += 1) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return rounded;
  }
  return value;
}

/** Clients in languages with integers tell floats by their point. */
function withPoint(shortest: number, value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  const text = String(shortest);
  return Number.isInteger(shortest) && !text.includes('e') ? `${text}.0` : text;
}
