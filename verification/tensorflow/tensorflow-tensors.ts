/** Tensors of this house to those of TensorFlow for Node.js, and back. */
import { elementCount, type Datatype, type NumericTensor, type Tensor } from '../../gateway/domain/tensor.ts';
import { allocate } from '../../converter/onnx/constants.ts';
import type { Tensorflow, TensorflowTensor } from './tensorflow-binding.ts';

/** What the package can be given and can give back; it has no other numbers. */
export const carriedDatatypes: ReadonlySet<Datatype> = new Set([
  'float32',
  'int32',
  'int64',
  'uint8',
  'bool',
  'string',
]);

/** Integers of all sizes go as int32; the package widens or narrows them to what the signature says. */
export function toTensorflow(tensorflow: Tensorflow, tensor: Tensor): TensorflowTensor {
  const { datatype, shape, elements } = tensor;
  if (datatype === 'string') return tensorflow.tensor(elements, shape, 'string');
  const numbers = Array.from<number | bigint, number>(elements, Number);
  if (datatype === 'float32') return tensorflow.tensor(Float32Array.from(numbers), shape, 'float32');
  if (datatype === 'bool') return tensorflow.tensor(Uint8Array.from(numbers), shape, 'bool');
  return tensorflow.tensor(Int32Array.from(numbers), shape, 'int32');
}

/** @param datatype what the signature says, which the package does not always keep */
export async function fromTensorflow(tensor: TensorflowTensor, datatype: Datatype): Promise<Tensor> {
  const shape = [...tensor.shape];
  if (datatype === 'string') return { datatype, shape, elements: [...(await tensor.bytes())] };
  const elements = allocate(datatype, elementCount(shape));
  fill(elements, await tensor.data());
  return { datatype, shape, elements };
}

function fill(elements: NumericTensor['elements'], values: ArrayLike<number | bigint>): void {
  if (elements instanceof BigInt64Array) {
    for (let index = 0; index < elements.length; index += 1) elements[index] = BigInt(values[index] ?? 0);
  } else {
    for (let index = 0; index < elements.length; index += 1) elements[index] = Number(values[index]);
  }
}
