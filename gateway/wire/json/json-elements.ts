/** Copies rows of JSON values into a numeric tensor's memory and finds the first one that does not fit. */
import type { NumericDatatype, NumericElements } from '../../domain/tensor.ts';
import { toFloat16 } from '../float16.ts';

type Rows = readonly (readonly unknown[])[];

/** @returns the index of the first element that is no value of the datatype */
export function fillElements(
  elements: NumericElements,
  rows: Rows,
  datatype: NumericDatatype,
): number | undefined {
  if (elements instanceof BigInt64Array) return fillBigIntegers(elements, rows);
  if (datatype === 'bool') return fillBooleans(elements, rows);
  if (datatype === 'float16') return fillHalves(elements, rows);
  if (datatype === 'float32' || datatype === 'float64') return fillFloats(elements, rows);
  return fillIntegers(elements, rows);
}

type NumberElements = Exclude<NumericElements, BigInt64Array>;

/** A finite number that only infinity can stand for is a fault, as it is for TensorFlow Serving. */
function fillFloats(elements: NumberElements, rows: Rows): number | undefined {
  let at = 0;
  for (const row of rows) {
    for (const value of row) {
      if (typeof value !== 'number') return at;
      elements[at] = value;
      if (elements[at] === Infinity || elements[at] === -Infinity) {
        if (Number.isFinite(value)) return at;
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

/** Beyond 2^53 the parser has rounded already, and a rounded class or key would be another one. */
function fillBigIntegers(elements: BigInt64Array, rows: Rows): number | undefined {
  let at = 0;
  for (const row of rows) {
    for (const value of row) {
      if (!Number.isSafeInteger(value)) return at;
      elements[at] = BigInt(Number(value));
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

function fillHalves(elements: NumberElements, rows: Rows): number | undefined {
  let at = 0;
  for (const row of rows) {
    for (const value of row) {
      if (typeof value !== 'number') return at;
      const bits = toFloat16(value);
      if ((bits & 0x7fff) === 0x7c00 && Number.isFinite(value)) return at;
      elements[at] = bits;
      at += 1;
    }
  }
  return undefined;
}
