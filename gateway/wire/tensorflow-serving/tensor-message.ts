/** The bytes of a `TensorProto`, read and written with its numbers as they lie in memory and not one after the other. */
import type { NumericDatatype, NumericTensor, Tensor } from '../../domain/tensor.ts';
import {
  packIntegers,
  unpackBooleans,
  unpackDoubles,
  unpackFloats,
  unpackInt32,
  unpackInt64,
  unpackUint32,
  unpackUint64,
} from '../../protobuf/packed-numbers.ts';
import { fieldBytes, varintFieldBytes } from '../../protobuf/field-bytes.ts';
import { readProtobuf, type ProtobufField } from '../../protobuf/protobuf-reader.ts';
import type { ProtobufWriter } from '../../protobuf/protobuf-writer.ts';
import { NumberFields, type NumberField } from '../number-fields.ts';
import { datatypeNumber } from './datatypes.ts';
import type { TensorProtoMessage, TensorShapeMessage } from './messages.ts';
import { Dim, TensorProto, TensorShapeProto } from './tensor-fields.ts';

/** Of the datatypes whose integers are not in `int_val`; floats of 16 bits are their bits. */
const integerFields: Readonly<Partial<Record<NumericDatatype, number>>> = {
  int64: TensorProto.int64Val,
  uint64: TensorProto.uint64Val,
  uint32: TensorProto.uint32Val,
  float16: TensorProto.halfVal,
  bfloat16: TensorProto.halfVal,
};

type Message = TensorProtoMessage;

const numberFields: ReadonlyMap<number, NumberField<Message>> = new Map<number, NumberField<Message>>([
  [TensorProto.floatVal, { single: 'fixed32', part: (packed) => ({ float_val: unpackFloats(packed) }) }],
  [TensorProto.doubleVal, { single: 'fixed64', part: (packed) => ({ double_val: unpackDoubles(packed) }) }],
  [TensorProto.intVal, { single: 'varint', part: (packed) => ({ int_val: unpackInt32(packed) }) }],
  [TensorProto.int64Val, { single: 'varint', part: (packed) => ({ int64_val: unpackInt64(packed) }) }],
  [TensorProto.boolVal, { single: 'varint', part: (packed) => ({ bool_val: unpackBooleans(packed) }) }],
  [TensorProto.halfVal, { single: 'varint', part: (packed) => ({ half_val: unpackInt32(packed) }) }],
  [TensorProto.uint32Val, { single: 'varint', part: (packed) => ({ uint32_val: unpackUint32(packed) }) }],
  [TensorProto.uint64Val, { single: 'varint', part: (packed) => ({ uint64_val: unpackUint64(packed) }) }],
]);

/**
 * What the generated reader makes of it, but for typed arrays; strings and content are views.
 *
 * @throws MalformedBytes
 */
export function readTensorMessage(bytes: Uint8Array): TensorProtoMessage {
  const strings: Uint8Array[] = [];
  const numbers = new NumberFields(numberFields);
  // Filled, and not made anew with each field: copies of objects take longer than the reading.
  const message: TensorProtoMessage = { string_val: strings };
  for (const field of readProtobuf(bytes)) {
    if (field.number === TensorProto.stringVal) strings.push(field.bytes());
    else if (!numbers.take(field)) Object.assign(message, readOther(field));
  }
  for (const part of numbers.parts()) Object.assign(message, part);
  return message;
}

function readOther(field: ProtobufField): TensorProtoMessage {
  switch (field.number) {
    case TensorProto.dtype:
      return { dtype: field.int32() };
    case TensorProto.tensorShape:
      return { tensor_shape: readShapeMessage(field) };
    case TensorProto.tensorContent:
      return { tensor_content: field.bytes() };
    default:
      return {};
  }
}

function readShapeMessage(shape: ProtobufField): TensorShapeMessage {
  const dim: { readonly size: string }[] = [];
  let isUnknown = false;
  for (const field of shape.fields()) {
    if (field.number === TensorShapeProto.unknownRank) isUnknown = field.boolean();
    if (field.number === TensorShapeProto.dim) dim.push({ size: sizeOf(field) });
  }
  return { dim, unknown_rank: isUnknown };
}

/** Of 64 bits: not every one is exact as a number. */
function sizeOf(axis: ProtobufField): string {
  let size = '0';
  for (const field of axis.fields()) if (field.number === Dim.size) size = field.varint().toString();
  return size;
}

/** What the generated writer makes of a tensor; numbers of many bytes stay where they lie. */
export class TensorMessage {
  /** Of the whole message. */
  readonly bytes: number;
  readonly #tensor: Tensor;
  readonly #contentsField: number;
  /** A string each, or all numbers at once. */
  readonly #contents: readonly Uint8Array[];
  readonly #shapeBytes: number;

  /** @param form raw bytes in `tensor_content`, or numbers in the typed fields; strings are always in `string_val` */
  constructor(tensor: Tensor, form: 'content' | 'values') {
    this.#tensor = tensor;
    [this.#contentsField, this.#contents] = contentsOf(tensor, form);
    this.#shapeBytes = 0;
    for (const size of tensor.shape) {
      this.#shapeBytes += fieldBytes(TensorShapeProto.dim, varintFieldBytes(Dim.size, size));
    }
    let bytes =
      varintFieldBytes(TensorProto.dtype, datatypeNumber(tensor.datatype)) +
      fieldBytes(TensorProto.tensorShape, this.#shapeBytes);
    for (const { byteLength } of this.#contents) bytes += fieldBytes(this.#contentsField, byteLength);
    this.bytes = bytes;
  }

  writeTo(writer: ProtobufWriter): void {
    const { datatype, shape } = this.#tensor;
    writer.varint(TensorProto.dtype, datatypeNumber(datatype));
    writer.messageHead(TensorProto.tensorShape, this.#shapeBytes);
    for (const size of shape) {
      writer.messageHead(TensorShapeProto.dim, varintFieldBytes(Dim.size, size)).varint(Dim.size, size);
    }
    for (const piece of this.#contents) writer.bytes(this.#contentsField, piece);
  }
}

function contentsOf(
  tensor: Tensor,
  form: 'content' | 'values',
): readonly [field: number, contents: readonly Uint8Array[]] {
  if (tensor.datatype === 'string') return [TensorProto.stringVal, tensor.elements];
  if (form === 'content') return [TensorProto.tensorContent, [bytesOf(tensor)]];
  if (tensor.elements.length === 0) return [TensorProto.tensorContent, []];
  const [field, packed] = valueField(tensor);
  return [field, [packed]];
}

/** Every processor that Node.js runs on here has the byte order of the format. */
function bytesOf({ elements: { buffer, byteOffset, byteLength } }: NumericTensor): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function valueField(tensor: NumericTensor): readonly [number: number, packed: Uint8Array] {
  const { datatype, elements } = tensor;
  if (elements instanceof Float32Array) return [TensorProto.floatVal, bytesOf(tensor)];
  if (elements instanceof Float64Array) return [TensorProto.doubleVal, bytesOf(tensor)];
  if (datatype === 'bool') return [TensorProto.boolVal, truths(bytesOf(tensor))];
  return [integerFields[datatype] ?? TensorProto.intVal, packIntegers(elements)];
}

/** The varints of 0 and 1 are those bytes. */
function truths(bytes: Uint8Array): Uint8Array {
  const packed = new Uint8Array(bytes.length);
  for (let at = 0; at < bytes.length; at += 1) packed[at] = bytes[at] === 0 ? 0 : 1;
  return packed;
}
