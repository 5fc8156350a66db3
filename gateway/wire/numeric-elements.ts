/** The arrays that hold a numeric tensor's elements. */
import type { NumericDatatype, NumericElements } from '../domain/tensor.ts';

const arrays = {
  bool: Uint8Array,
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  float16: Uint16Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

export const bytesPerElement = (datatype: NumericDatatype): number => arrays[datatype].BYTES_PER_ELEMENT;

export const zeroElements = (datatype: NumericDatatype, count: number): NumericElements =>
  new arrays[datatype](count);
