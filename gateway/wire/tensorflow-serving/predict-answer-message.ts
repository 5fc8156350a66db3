/** Reads the answer to a gRPC prediction, its scores as one piece of memory and not as a list of numbers. */
import { messageType } from './grpc-services.ts';
import type { PredictResponseMessage, TensorProtoMessage } from './messages.ts';

/** Numbers of the fields in `PredictResponse`, in an entry of its map, and in `TensorProto`. */
const fieldNumbers = { outputs: 1, key: 1, value: 2, floats: 5 };

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

/** Floats come packed in one field; whoever sends them otherwise is read by the generated reader alone. */
function readTensor(bytes: Buffer): TensorProtoMessage {
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
