/** The arrays that hold a numeric tensor's elements, and what is in them. */
import type { NumericDatatype, NumericElements, NumericTensor } from '../domain/tensor.ts';
import { fromBfloat16 } from './bfloat16.ts';
import { fromFloat16 } from './float16.ts';

const arrays = {
  bool: Uint8Array,
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  uint64: BigUint64Array,
  int64: BigInt64Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

export const bytesPerElement = (datatype: NumericDatatype): number => arrays[datatype].BYTES_PER_ELEMENT;

export const zeroElements = (datatype: NumericDatatype, count: number): NumericElements =>
  new arrays[datatype](count);

export type BigElements = BigInt64Array | BigUint64Array;

/** Whether they are integers of 64 bits, which are bigint and no number. */
export const areBig = (elements: NumericElements): elements is BigElements =>
  elements instanceof BigInt64Array || elements instanceof BigUint64Array;

/** Whether they are elements of that datatype already, and not values to be held against it. */
export const areElementsOf = (
  values: ArrayLike<unknown>,
  datatype: NumericDatatype,
): values is NumericElements => values instanceof arrays[datatype];

export const isFloating = (datatype: NumericDatatype): boolean => /float/.test(datatype);

/** The values, where floats of 16 bits are stored as bits; integers of 64 bits beyond 2^53 are rounded. */
export function numbersOf({ datatype, elements }: NumericTensor): readonly number[] {
  const numbers = Array.from<number | bigint, number>(elements, Number);
  if (datatype === 'float16') return numbers.map(fromFloat16);
  return datatype === 'bfloat16' ? numbers.map(fromBfloat16) : numbers;
}
