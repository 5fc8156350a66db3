/** Reads the answer to a gRPC prediction: what was asked for, and scores as one piece of memory and not as a list of numbers. */
import { elementCount } from '../../domain/tensor.ts';
import type { Shape, Tensor } from '../../domain/tensor.ts';
import { readProtobuf } from '../../protobuf/protobuf-reader.ts';
import type { ProtobufField } from '../../protobuf/protobuf-reader.ts';
import { datatypeNumbered } from './datatypes.ts';
import { messageType } from './grpc-services.ts';
import type { MessageCodec } from './grpc-services.ts';
import type { TensorProtoMessage } from './messages.ts';
import { fromTensorProto } from './tensor-proto.ts';

/** Numbers of the fields in the messages of their names. */
const PredictResponse = { outputs: 1 };
const MapEntry = { key: 1, value: 2 };
const TensorProto = { dtype: 1, tensorShape: 2, floatVal: 5, int64Val: 10 };
const TensorShapeProto = { dim: 2 };
const Dim = { size: 1 };

/**
 * @param wanted names of outputs; what nobody asked for is not read, whatever it claims to be
 * @returns those of them that are in the answer
 * @throws Error when the bytes are not this message, or a tensor is none
 */
export function readPredictAnswer(bytes: Uint8Array, wanted: readonly string[]): ReadonlyMap<string, Tensor> {
  const outputs = new Map<string, Tensor>();
  for (const field of readProtobuf(bytes)) {
    if (field.number !== PredictResponse.outputs) continue;
    let name = '';
    let tensor: Uint8Array = new Uint8Array();
    for (const entry of field.fields()) {
      if (entry.number === MapEntry.key) name = entry.string();
      else if (entry.number === MapEntry.value) tensor = entry.bytes();
    }
    if (wanted.includes(name)) outputs.set(name, readTensor(tensor));
  }
  return outputs;
}

/** As most servers write them; whoever writes otherwise is read by the generated reader, which takes ten times as long. */
function readTensor(bytes: Uint8Array): Tensor {
  return readPlainTensor(bytes) ?? fromTensorProto(generatedReader().deserialize(Buffer.from(bytes)));
}

const generatedReader = (): MessageCodec<TensorProtoMessage> =>
  messageType<TensorProtoMessage>('tensorflow.TensorProto');

/** @returns undefined unless there are a datatype, a shape, and in one packed field as many numbers as that has elements */
function readPlainTensor(bytes: Uint8Array): Tensor | undefined {
  const fields = readProtobuf(bytes);
  // In the order of their numbers, as all known writers have them.
  const dtype = fields.next().value;
  if (dtype?.number !== TensorProto.dtype) return undefined;
  const dimensions = fields.next().value;
  if (dimensions?.number !== TensorProto.tensorShape) return undefined;
  const values = fields.next().value;
  if (values?.wireType !== 'bytes' || fields.next().value !== undefined) return undefined;
  const shape = sizesIn(dimensions);
  const tensor = shape === undefined ? undefined : tensorOf(dtype.integer(), shape, values);
  return tensor !== undefined && tensor.elements.length === elementCount(tensor.shape) ? tensor : undefined;
}

/** @returns undefined for datatypes other than the usual ones of scores and classes */
function tensorOf(dtype: number, shape: Shape, values: ProtobufField): Tensor | undefined {
  const datatype = datatypeNumbered(dtype);
  if (datatype === 'float32' && values.number === TensorProto.floatVal) {
    return { datatype, shape, elements: floatsIn(values.bytes()) };
  }
  if (datatype === 'int64' && values.number === TensorProto.int64Val) {
    return { datatype, shape, elements: BigInt64Array.from(values.varints(), BigInt) };
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

/** A copy, since a typed array needs an aligned place. Every processor that Node.js runs on here has this byte order. */
function floatsIn(bytes: Uint8Array): Float32Array {
  if (bytes.length % Float32Array.BYTES_PER_ELEMENT !== 0) throw new RangeError('half a float');
  const floats = new Float32Array(bytes.length / Float32Array.BYTES_PER_ELEMENT);
  new Uint8Array(floats.buffer).set(bytes);
  return floats;
}
