/** Reads the answer to a gRPC prediction: what was asked for, and scores as one piece of memory and not as a list of numbers. */
import type { Tensor } from '../../domain/tensor.ts';
import { readProtobuf } from '../../protobuf/protobuf-reader.ts';
import type { ProtobufField } from '../../protobuf/protobuf-reader.ts';
import { messageType } from './grpc-services.ts';
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
    if (wanted.includes(name)) outputs.set(name, fromTensorProto(readTensor(tensor)));
  }
  return outputs;
}

/** As most servers write them; whoever writes otherwise is read by the generated reader, which takes ten times as long. */
function readTensor(bytes: Uint8Array): TensorProtoMessage {
  return readPlainTensor(bytes) ?? readOtherTensor(bytes);
}

/** @returns undefined for anything but numbers that come packed in one field, with a datatype and a shape */
function readPlainTensor(bytes: Uint8Array): TensorProtoMessage | undefined {
  const [dtype, shape, values, ...more] = readProtobuf(bytes);
  // In the order of their numbers, as all known writers have them.
  if (dtype?.number !== TensorProto.dtype || shape?.number !== TensorProto.tensorShape) return undefined;
  if (values?.wireType !== 'bytes' || more.length > 0) return undefined;
  const sizes = sizesIn(shape);
  if (sizes === undefined) return undefined;
  const head = { dtype: dtype.integer(), tensor_shape: { dim: sizes.map((size) => ({ size })) } };
  if (values.number === TensorProto.floatVal) return { ...head, float_val: floatsIn(values.bytes()) };
  if (values.number !== TensorProto.int64Val) return undefined;
  return { ...head, int64_val: values.varints().map((value) => value.toString()) };
}

/** @returns undefined for a shape of unknown rank, and for one whose axes say more than their size */
function sizesIn(shape: ProtobufField): readonly number[] | undefined {
  const sizes: number[] = [];
  for (const axis of shape.fields()) {
    if (axis.number !== TensorShapeProto.dim) return undefined;
    const [size, ...more] = axis.fields();
    if (size?.number !== Dim.size || more.length > 0) return undefined;
    sizes.push(size.integer());
  }
  return sizes;
}

function readOtherTensor(bytes: Uint8Array): TensorProtoMessage {
  return messageType<TensorProtoMessage>('tensorflow.TensorProto').deserialize(Buffer.from(bytes));
}

/** A copy, since a typed array needs an aligned place. Every processor that Node.js runs on here has this byte order. */
function floatsIn(bytes: Uint8Array): Float32Array {
  if (bytes.length % Float32Array.BYTES_PER_ELEMENT !== 0) throw new RangeError('half a float');
  const floats = new Float32Array(bytes.length / Float32Array.BYTES_PER_ELEMENT);
  new Uint8Array(floats.buffer).set(bytes);
  return floats;
}
