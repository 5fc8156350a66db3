/** Reads the answer to a gRPC prediction, its scores as one piece of memory and not as a list of numbers. */
import { messageType } from './grpc-services.ts';
import type { PredictResponseMessage, TensorProtoMessage } from './messages.ts';

/** Numbers of the fields in `PredictResponse`, in an entry of its map, in `TensorProto`, and in its shape. */
const fieldNumbers = {
  outputs: 1,
  key: 1,
  value: 2,
  dtype: 1,
  shape: 2,
  floats: 5,
  integers: 10,
  dim: 2,
  size: 1,
};

const wireTypes = { varint: 0, eightBytes: 1, lengthDelimited: 2, fourBytes: 5 };

interface Field {
  readonly number: number;
  readonly wireType: number;
  /** The whole field, and what it holds. */
  readonly whole: Buffer;
  readonly content: Buffer;
}

/**
 * As the generated reader, except that `float_val` may be a `Float32Array`; `model_spec` is left out.
 *
 * @throws Error when the bytes are not this message
 */
export function readPredictAnswer(bytes: Buffer): PredictResponseMessage {
  const outputs: Record<string, TensorProtoMessage> = {};
  for (const { number, content } of fieldsOf(bytes)) {
    if (number !== fieldNumbers.outputs) continue;
    let name = '';
    let tensor: Buffer = Buffer.alloc(0);
    for (const entry of fieldsOf(content)) {
      if (entry.number === fieldNumbers.key) name = entry.content.toString();
      else if (entry.number === fieldNumbers.value) tensor = entry.content;
    }
    outputs[name] = readTensor(tensor);
  }
  return { outputs };
}

/** As most servers write them; whoever writes otherwise is read by the generated reader, which takes ten times as long. */
function readTensor(bytes: Buffer): TensorProtoMessage {
  return readPlainTensor(bytes) ?? readOtherTensor(bytes);
}

/** @returns undefined for anything but numbers that come packed in one field, with a datatype and a shape */
function readPlainTensor(bytes: Buffer): TensorProtoMessage | undefined {
  const { dtype, shape, floats, integers } = fieldNumbers;
  const seen = new Map<number, Field>();
  for (const field of fieldsOf(bytes)) {
    if (seen.has(field.number)) return undefined;
    seen.set(field.number, field);
  }
  const type = seen.get(dtype);
  const axes = seen.get(shape);
  const values = seen.get(floats) ?? seen.get(integers);
  if (seen.size !== 3 || type?.wireType !== wireTypes.varint) return undefined;
  if (axes?.wireType !== wireTypes.lengthDelimited) return undefined;
  if (values?.wireType !== wireTypes.lengthDelimited) return undefined;
  const dim = sizesIn(axes.content)?.map((size) => ({ size }));
  if (dim === undefined) return undefined;
  const head = { dtype: smallNumbersIn(type.content)?.[0] ?? 0, tensor_shape: { dim } };
  if (values.number === floats) return { ...head, float_val: floatsIn(values.content) };
  const numbers = smallNumbersIn(values.content);
  return numbers === undefined ? undefined : { ...head, int64_val: numbers };
}

/** @returns undefined for a shape of unknown rank, and for one whose axes say more than their size */
function sizesIn(shape: Buffer): readonly number[] | undefined {
  const sizes: number[] = [];
  for (const axis of fieldsOf(shape)) {
    if (axis.number !== fieldNumbers.dim || axis.wireType !== wireTypes.lengthDelimited) return undefined;
    const [tag, size, ...more] = smallNumbersIn(axis.content) ?? [];
    if (tag !== fieldNumbers.size * 8 + wireTypes.varint || size === undefined || more.length > 0)
      return undefined;
    sizes.push(size);
  }
  return sizes;
}

/** Numbers of seven bits a byte, one after the other; undefined when one is negative or beyond 2^49. */
function smallNumbersIn(bytes: Buffer): readonly number[] | undefined {
  const numbers: number[] = [];
  let value = 0;
  let scale = 1;
  for (const byte of bytes) {
    value += (byte & 0x7f) * scale;
    scale *= 0x80;
    if (byte < 0x80) {
      numbers.push(value);
      value = 0;
      scale = 1;
    } else if (scale >= 2 ** 49) return undefined;
  }
  // The last number has no end; the generated reader says so.
  return scale === 1 ? numbers : undefined;
}

function readOtherTensor(bytes: Buffer): TensorProtoMessage {
  const reader = messageType<TensorProtoMessage>('tensorflow.TensorProto');
  const fields = [...fieldsOf(bytes)];
  const [packed, ...more] = fields.filter(({ number }) => number === fieldNumbers.floats);
  if (packed?.wireType !== wireTypes.lengthDelimited || more.length > 0) return reader.deserialize(bytes);
  const rest = fields.filter((field) => field !== packed).map(({ whole }) => whole);
  return { ...reader.deserialize(Buffer.concat(rest)), float_val: floatsIn(packed.content) };
}

/** A copy, since a typed array needs an aligned place. Every processor that Node.js runs on here has this byte order. */
function floatsIn(bytes: Buffer): Float32Array {
  if (bytes.length % Float32Array.BYTES_PER_ELEMENT !== 0) throw new RangeError('half a float');
  const floats = new Float32Array(bytes.length / Float32Array.BYTES_PER_ELEMENT);
  new Uint8Array(floats.buffer).set(bytes);
  return floats;
}

function* fieldsOf(bytes: Buffer): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; scale < 2 ** 64; scale *= 0x80) {
      const byte = bytes.readUInt8(at);
      at += 1;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    throw new RangeError('a number without an end');
  };
  while (at < bytes.length) {
    const start = at;
    const tag = varint();
    const wireType = tag % 8;
    let contentStart = at;
    if (wireType === wireTypes.varint) varint();
    else if (wireType === wireTypes.eightBytes) at += 8;
    else if (wireType === wireTypes.fourBytes) at += 4;
    else if (wireType === wireTypes.lengthDelimited) {
      const length = varint();
      contentStart = at;
      at += length;
    } else throw new RangeError('a field of an unknown kind');
    if (at > bytes.length) throw new RangeError('a field beyond the end');
    const content = bytes.subarray(contentStart, at);
    yield { number: Math.floor(tag / 8), wireType, whole: bytes.subarray(start, at), content };
  }
}
