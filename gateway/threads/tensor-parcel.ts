/** Tensors on their way from one thread to another, which takes ten times as long for many strings as for one. */
import type { NumericTensor, Shape, Tensor } from '../domain/tensor.ts';

/** All strings behind each other. */
interface PackedStrings {
  readonly datatype: 'string';
  readonly shape: Shape;
  readonly bytes: Uint8Array;
  /** Where each ends. */
  readonly ends: Float64Array;
}

/** By the names of the tensors. */
export type TensorParcel = ReadonlyMap<string, NumericTensor | PackedStrings>;

/** Numbers stay where they are; strings are copied. */
export function packTensors(tensors: ReadonlyMap<string, Tensor>): TensorParcel {
  return new Map(
    Array.from(tensors, ([name, tensor]) => [
      name,
      tensor.datatype === 'string' ? packed(tensor.shape, tensor.elements) : tensor,
    ]),
  );
}

function packed(shape: Shape, elements: readonly Uint8Array[]): PackedStrings {
  const bytes = new Uint8Array(elements.reduce((sum, { byteLength }) => sum + byteLength, 0));
  const ends = new Float64Array(elements.length);
  let at = 0;
  for (const [index, element] of elements.entries()) {
    bytes.set(element, at);
    at += element.byteLength;
    ends[index] = at;
  }
  return { datatype: 'string', shape, bytes, ends };
}

/** Strings become views into one piece of memory. */
export function unpackTensors(parcel: TensorParcel): ReadonlyMap<string, Tensor> {
  return new Map(
    Array.from(parcel, ([name, tensor]) => [name, 'ends' in tensor ? unpacked(tensor) : tensor]),
  );
}

function unpacked({ shape, bytes, ends }: PackedStrings): Tensor {
  const elements = Array.from(ends, (end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
  return { datatype: 'string', shape, elements };
}

/** The memory that it lies in, each piece once. */
export function memoryOf(parcel: TensorParcel): readonly ArrayBufferLike[] {
  const views = Array.from(parcel.values(), (tensor) =>
    'ends' in tensor ? [tensor.bytes, tensor.ends] : [tensor.elements],
  ).flat();
  return [...new Set(views.map(({ buffer }) => buffer))];
}
