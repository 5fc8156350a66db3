/** Reads `TensorProto`, the tensors that stand inside a graph. */
import type {
  Datatype,
  NumericDatatype,
  Shape,
  StringTensor,
  Tensor,
} from '../../../gateway/domain/tensor.ts';
import { elementCount } from '../../../gateway/domain/tensor.ts';
import { MalformedBytes } from '../../../gateway/protobuf/malformed-bytes.ts';
import type { ProtobufField } from '../../../gateway/protobuf/protobuf-reader.ts';
import { WireCursor } from '../../../gateway/protobuf/wire-cursor.ts';
import { isHeld, tensorFlowDatatype } from './tensorflow-datatypes.ts';
import type { TensorFlowDatatype } from './tensorflow-graph.ts';
import { readShape } from './tensor-shape.ts';
import { bytesPerElement, elementsOver, zeroElements } from './typed-elements.ts';

/** One stored value may stand for a whole tensor, so a few bytes could ask for any amount of memory. */
const mostRepeatedElements = 2 ** 26;

type Value = number | bigint;

interface Parts {
  datatype: TensorFlowDatatype;
  shape: Shape;
  content: Uint8Array;
  values: Map<number, Value[]>;
  strings: Uint8Array[];
}

/** Which `*_val` field holds the elements when `tensor_content` does not. */
const valueFields: Readonly<Record<Exclude<Datatype, 'string'>, number>> = {
  float16: 13,
  bfloat16: 13,
  float32: 5,
  float64: 6,
  int32: 7,
  int16: 7,
  uint16: 7,
  int8: 7,
  uint8: 7,
  int64: 10,
  uint32: 16,
  uint64: 17,
  bool: 11,
};

/**
 * A tensor as the graph gives it: raw bytes, or a list of values whose last one fills the rest of the shape, or
 * nothing at all, which means zeros (empty strings).
 *
 * @returns `undefined` for a datatype that cannot be held.
 * @throws MalformedBytes when bytes and shape disagree, or more than 64 Mi elements are to be filled.
 */
export function readTensorProto(field: ProtobufField): Tensor | undefined {
  const parts = readParts(field);
  if (!isHeld(parts.datatype)) return undefined;
  const count = elementCount(parts.shape);
  if (parts.datatype === 'string') return stringTensor(parts, count);
  const elements =
    parts.content.length > 0
      ? contentElements(parts.datatype, parts.content, count)
      : valueElements(parts.datatype, parts.values, count);
  return { datatype: parts.datatype, shape: parts.shape, elements };
}

function readParts(field: ProtobufField): Parts {
  const parts: Parts = {
    datatype: tensorFlowDatatype(0),
    shape: [],
    content: new Uint8Array(0),
    values: new Map(),
    strings: [],
  };
  for (const part of field.fields()) {
    if (part.number === 1) parts.datatype = tensorFlowDatatype(part.integer());
    else if (part.number === 2) parts.shape = readShape(part);
    else if (part.number === 4) parts.content = part.bytes();
    else if (part.number === 8) parts.strings.push(part.bytes().slice());
    else if (part.number === 5) append(parts, part.number, part.floats());
    else if (part.number === 6) append(parts, part.number, part.doubles());
    else if ([7, 10, 11, 13, 16, 17].includes(part.number)) append(parts, part.number, part.varints());
  }
  return parts;
}

function append(parts: Parts, number: number, values: readonly Value[]): void {
  const list = parts.values.get(number) ?? [];
  for (const value of values) list.push(value);
  parts.values.set(number, list);
}

function contentElements(
  datatype: NumericDatatype,
  content: Uint8Array,
  count: number,
): ReturnType<typeof elementsOver> {
  const expected = count * bytesPerElement(datatype);
  if (content.length !== expected) {
    throw new MalformedBytes(
      `A ${datatype} tensor holds ${content.length} bytes where its shape needs ${expected}.`,
    );
  }
  const own = new Uint8Array(expected);
  own.set(content);
  return elementsOver(datatype, own.buffer);
}

function valueElements(
  datatype: NumericDatatype,
  lists: Parts['values'],
  count: number,
): ReturnType<typeof zeroElements> {
  const values = lists.get(valueFields[datatype]) ?? [];
  refuseHugeFill(values.length, count);
  const elements = zeroElements(datatype, count);
  const given = Math.min(values.length, count);
  const last = values[given - 1] ?? 0;
  if (elements instanceof BigInt64Array || elements instanceof BigUint64Array) {
    for (let index = 0; index < given; index += 1) elements[index] = BigInt(values[index] ?? 0);
    elements.fill(BigInt(last), given);
  } else {
    const convert = datatype === 'bool' ? (value: Value) => Number(value !== 0) : Number;
    for (let index = 0; index < given; index += 1) elements[index] = convert(values[index] ?? 0);
    elements.fill(convert(last), given);
  }
  return elements;
}

function stringTensor(parts: Parts, count: number): StringTensor {
  const given =
    parts.content.length > 0 ? contentStrings(parts.content, count) : parts.strings.slice(0, count);
  refuseHugeFill(given.length, count);
  const last = given.at(-1) ?? new Uint8Array(0);
  const elements = Array.from({ length: count }, (_, index) => given[index] ?? last);
  return { datatype: 'string', shape: parts.shape, elements };
}

/** Strings in `tensor_content`: all lengths as varints, then all bytes. */
function contentStrings(content: Uint8Array, count: number): Uint8Array[] {
  const cursor = new WireCursor(content, 0);
  const lengths: number[] = [];
  for (let index = 0; index < count; index += 1) lengths.push(cursor.length());
  const strings = lengths.map((length) => {
    const start = cursor.take(length);
    return content.slice(start, start + length);
  });
  if (cursor.at !== content.length)
    throw new MalformedBytes('A string tensor holds more bytes than its lengths say.');
  return strings;
}

function refuseHugeFill(given: number, count: number): void {
  if (count > given && count > mostRepeatedElements) {
    throw new MalformedBytes(`A tensor repeats ${given} values to fill ${count} elements.`);
  }
}
