/** Inputs that are made from nothing but a signature, to prove that a model answers before anybody asks it. */
import type { TensorSpecification } from './engine.ts';
import { elementCount } from './tensor.ts';
import type { NumericDatatype, NumericElements, Tensor } from './tensor.ts';

/** A grey baseline JPEG of 16 by 16 pixels in YCbCr. */
export const warmUpPicture: Uint8Array = Uint8Array.from(
  atob(
    '/9j/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1xeXBkeFxlZ2P/2wBDARESEhgVGC8aGi9jQjhCY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2P/wAARCAAQABADASIAAhEBAxEB/8QAFAABAAAAAAAAAAAAAAAAAAAAAP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/xAAUAQEAAAAAAAAAAAAAAAAAAAAA/8QAFBEBAAAAAAAAAAAAAAAAAAAAAP/aAAwDAQACEQMRAD8AAA//2Q==',
  ),
  (character) => character.charCodeAt(0),
);

/** Zeros, or empty strings, with one in place of each size that is known only at run time. */
export function zeroTensor({ datatype, shape }: Pick<TensorSpecification, 'datatype' | 'shape'>): Tensor {
  const sizes = shape.map((size) => size ?? 1);
  const count = elementCount(sizes);
  if (datatype !== 'string') return { datatype, shape: sizes, elements: zeros[datatype](count) };
  return { datatype, shape: sizes, elements: Array.from({ length: count }, () => new Uint8Array()) };
}

const zeros: Record<NumericDatatype, (length: number) => NumericElements> = {
  bool: (length) => new Uint8Array(length),
  uint8: (length) => new Uint8Array(length),
  int8: (length) => new Int8Array(length),
  uint16: (length) => new Uint16Array(length),
  int16: (length) => new Int16Array(length),
  uint32: (length) => new Uint32Array(length),
  int32: (length) => new Int32Array(length),
  uint64: (length) => new BigUint64Array(length),
  int64: (length) => new BigInt64Array(length),
  float16: (length) => new Uint16Array(length),
  bfloat16: (length) => new Uint16Array(length),
  float32: (length) => new Float32Array(length),
  float64: (length) => new Float64Array(length),
};
