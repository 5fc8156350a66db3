/** Copies rows of JSON values into a numeric tensor's memory and finds the first one that does not fit. */
import type { NumericDatatype, NumericElements } from '../../domain/tensor.ts';
import { toBfloat16 } from '../bfloat16.ts';
import { toFloat16 } from '../float16.ts';
import { areBig, type BigElements } from '../numeric-elements.ts';
import type { Rows } from './json-rows.ts';

/** @returns the index of the first element that is no value of the datatype */
export function fillElements(
  elements: NumericElements,
  rows: Rows,
  datatype: NumericDatatype,
): number | undefined {
  if (areBig(elements)) return fillBigIntegers(elements, rows);
  if (datatype === 'bool') return fillBooleans(elements, rows);
  if (datatype === 'float16') return fillHalves(elements, rows, { toBits: toFloat16, infinity: 0x7c00 });
  if (datatype === 'bfloat16') return fillHalves(elements, rows, { toBits: toBfloat16, infinity: 0x7f80 });
  if (datatype === 'float32' || datatype === 'float64') return fillFloats(elements, rows);
  return fillIntegers(elements, rows);
}

type NumberElements = Exclude<NumericElements, BigElements>;

/** A finite number that only infinity can stand for is a fault, as it is for TensorFlow Serving. */
function fillFloats(elements: NumberElements, rows: Rows): number | undefined {
  let at = 0;
  for (const row of rows) {
    for (const value of row) {
      const number = typeof value === 'bigint' ? Number(value) : value;
      if (typeof number !== 'number') return at;
      elements[at] = number;
      if (elements[at] === Infinity || elements[at] === -Infinity) {
        if (Number.isFinite(number)) return at;
      }
      at += 1;
    }
  }
  return undefined;
}

/** What is a fraction, too large or no number at all does not read back as it was. */
function fillIntegers(elements: NumberElements, rows: Rows): number | undefined {
  let at = 0;
  for (const row of rows) {
    for (const value of row) {
      if (typeof value !== 'number') return at;
      elements[at] = value;
      if (elements[at] !== value) return at;
      at += 1;
    }
  }
  return undefined;
}

/** A number beyond 2^53 has been rounded by its parser, and a rounded class or key would be another one; a bigint has not. */
function fillBigIntegers(elements: BigElements, rows: Rows): number | undefined {
  let at = 0;
  for (const row of rows) {
    for (const value of row) {
      if (typeof value !== 'bigint' && !Number.isSafeInteger(value)) return at;
      const integer = typeof value === 'bigint' ? value : BigInt(Number(value));
      elements[at] = integer;
      // What does not fit has wrapped around.
      if (elements[at] !== integer) return at;
      at += 1;
    }
  }
  return undefined;
}

function fillBooleans(elements: NumberElements, rows: Rows): number | undefined {
  let at = 0;
  for (const row of rows) {
    for (const value of row) {
      if (typeof value !== 'boolean') return at;
      elements[at] = value ? 1 : 0;
      at += 1;
    }
  }
  return undefined;
}

/** Floats of 16 bits, which are stored as bits. */
interface HalfForm {
  readonly toBits: (value: number) => number;
  /** Its bits. */
  readonly infinity: number;
}

function fillHalves(
  elements: NumberElements,
  rows: Rows,
  { toBits, infinity }: HalfForm,
): number | undefined {
  let at = 0;
  for (const row of rows) {
    for (const value of row) {
      const number = typeof value === 'bigint' ? Number(value) : value;
      if (typeof number !== 'number') return at;
      const bits = toBits(number);
      if ((bits & 0x7fff) === infinity && Number.isFinite(number)) return at;
      elements[at] = bits;
      at += 1;
    }
  }
  return undefined;
}
