/** Makes constant tensors and reads them as plain numbers. */
import type { NumericDatatype, NumericElements, NumericTensor, Shape } from '../../gateway/domain/tensor.ts';
import { UnsupportedModel } from '../unsupported-model.ts';

export function allocate(datatype: NumericDatatype, count: number): NumericElements {
  switch (datatype) {
    case 'bool':
    case 'uint8':
      return new Uint8Array(count);
    case 'int8':
      return new Int8Array(count);
    case 'uint16':
    case 'float16':
    case 'bfloat16':
      return new Uint16Array(count);
    case 'int16':
      return new Int16Array(count);
    case 'uint32':
      return new Uint32Array(count);
    case 'int32':
      return new Int32Array(count);
    case 'uint64':
      return new BigUint64Array(count);
    case 'int64':
      return new BigInt64Array(count);
    case 'float32':
      return new Float32Array(count);
    case 'float64':
      return new Float64Array(count);
  }
}

/** Integers wrap and floats round as the typed array does; floats of 16 bits have no arithmetic here. */
export function constantOf(
  datatype: NumericDatatype,
  shape: Shape,
  values: ArrayLike<number>,
): NumericTensor {
  if (datatype === 'float16' || datatype === 'bfloat16')
    throw new UnsupportedModel(`The compiler does not compute in ${datatype}.`);
  const elements = allocate(datatype, values.length);
  for (let index = 0; index < values.length; index += 1) setElement(elements, index, values[index] ?? 0);
  return { datatype, shape, elements };
}

export function setElement(elements: NumericElements, index: number, value: number): void {
  if (elements instanceof BigInt64Array || elements instanceof BigUint64Array)
    elements[index] = BigInt(Math.trunc(value));
  else elements[index] = value;
}

/** The elements as numbers; 64-bit integers beyond 2^53 lose their last bits, which no shape or axis reaches. */
export function numbersOf(tensor: NumericTensor): number[] {
  return Array.from<number | bigint, number>(tensor.elements, Number);
}

export function int64Vector(values: readonly number[]): NumericTensor {
  return constantOf('int64', [values.length], values);
}
