/** Typed arrays for a tensor's elements, over bytes as TensorFlow stores them (little-endian, row-major). */
import type { NumericDatatype, NumericElements } from '../../../gateway/domain/tensor.ts';

interface ElementType {
  readonly bytes: number;
  readonly over: (buffer: ArrayBuffer) => NumericElements;
}

const elementTypes: Readonly<Record<NumericDatatype, ElementType>> = {
  bool: { bytes: 1, over: (buffer) => new Uint8Array(buffer) },
  uint8: { bytes: 1, over: (buffer) => new Uint8Array(buffer) },
  int8: { bytes: 1, over: (buffer) => new Int8Array(buffer) },
  uint16: { bytes: 2, over: (buffer) => new Uint16Array(buffer) },
  int16: { bytes: 2, over: (buffer) => new Int16Array(buffer) },
  uint32: { bytes: 4, over: (buffer) => new Uint32Array(buffer) },
  int32: { bytes: 4, over: (buffer) => new Int32Array(buffer) },
  uint64: { bytes: 8, over: (buffer) => new BigUint64Array(buffer) },
  int64: { bytes: 8, over: (buffer) => new BigInt64Array(buffer) },
  float16: { bytes: 2, over: (buffer) => new Uint16Array(buffer) },
  bfloat16: { bytes: 2, over: (buffer) => new Uint16Array(buffer) },
  float32: { bytes: 4, over: (buffer) => new Float32Array(buffer) },
  float64: { bytes: 8, over: (buffer) => new Float64Array(buffer) },
};

export function bytesPerElement(datatype: NumericDatatype): number {
  return elementTypes[datatype].bytes;
}

/** `count` zeros. */
export function zeroElements(datatype: NumericDatatype, count: number): NumericElements {
  return elementTypes[datatype].over(new ArrayBuffer(count * bytesPerElement(datatype)));
}

/** The elements in a whole buffer, without a copy; its length must be a multiple of the element's size. */
export function elementsOver(datatype: NumericDatatype, buffer: ArrayBuffer): NumericElements {
  return elementTypes[datatype].over(buffer);
}
