/** Reads the tensors that most servers write, scores and classes, without a message between: an answer of 1001 scores in 2.7 µs and not 5.0. */
import { elementCount } from '../../domain/tensor.ts';
import type { Shape, Tensor } from '../../domain/tensor.ts';
import { unpackFloats, unpackInt64 } from '../../protobuf/packed-numbers.ts';
import { readProtobuf } from '../../protobuf/protobuf-reader.ts';
import type { ProtobufField } from '../../protobuf/protobuf-reader.ts';
import { datatypeNumbered } from './datatypes.ts';
import { Dim, TensorProto, TensorShapeProto } from './tensor-fields.ts';

/**
 * @returns undefined unless there are a datatype, a shape, and in one packed field as many numbers as that has elements;
 * nothing of it lies in the memory of the bytes
 * @throws MalformedBytes
 */
export function readPlainTensor(bytes: Uint8Array): Tensor | undefined {
  const fields = readProtobuf(bytes);
  // In the order of their numbers, as all known writers have them.
  const dtype = fields.next().value;
  if (dtype?.number !== TensorProto.dtype) return undefined;
  const dimensions = fields.next().value;
  if (dimensions?.number !== TensorProto.tensorShape) return undefined;
  const values = fields.next().value;
  if (values?.wireType !== 'bytes' || fields.next().value !== undefined) return undefined;
  const shape = sizesIn(dimensions);
  const tensor = shape === undefined ? undefined : tensorOf(dtype.int32(), shape, values);
  return tensor !== undefined && tensor.elements.length === elementCount(tensor.shape) ? tensor : undefined;
}

/** @returns undefined for datatypes other than the usual ones of scores and classes */
function tensorOf(dtype: number, shape: Shape, values: ProtobufField): Tensor | undefined {
  const datatype = datatypeNumbered(dtype);
  if (datatype === 'float32' && values.number === TensorProto.floatVal) {
    return { datatype, shape, elements: unpackFloats(values.bytes()) };
  }
  if (datatype === 'int64' && values.number === TensorProto.int64Val) {
    return { datatype, shape, elements: unpackInt64(values.bytes()) };
  }
  return undefined;
}

/** @returns undefined for a shape of unknown rank, and for one whose axes say more or less than a size */
function sizesIn(shape: ProtobufField): Shape | undefined {
  const sizes: number[] = [];
  for (const axis of shape.fields()) {
    if (axis.number !== TensorShapeProto.dim) return undefined;
    const fields = axis.fields();
    const size = fields.next().value;
    if (size?.number !== Dim.size || fields.next().value !== undefined) return undefined;
    const length = size.integer();
    if (length < 0) return undefined;
    sizes.push(length);
  }
  return sizes;
}
