/** Reads `AttrValue`, one attribute of a node, and the map entries that name them. */
import type { ProtobufField } from '../../../gateway/protobuf/protobuf-reader.ts';
import { tensorFlowDatatype } from './tensorflow-datatypes.ts';
import type { AttributeValue, PartialShape, TensorFlowDatatype } from './tensorflow-graph.ts';
import { readTensorProto } from './tensor-proto.ts';
import { readPartialShape } from './tensor-shape.ts';

/** String attributes are bytes in TensorFlow: a lenient decoder keeps a binary one from condemning the model. */
const decoder = new TextDecoder();

const other: AttributeValue = { kind: 'other' };

/** One entry of a node's `attr` map. */
export function readAttributeEntry(field: ProtobufField): readonly [name: string, value: AttributeValue] {
  let name = '';
  let value = other;
  for (const part of field.fields()) {
    if (part.number === 1) name = part.string();
    if (part.number === 2) value = readAttributeValue(part);
  }
  return [name, value];
}

function readAttributeValue(field: ProtobufField): AttributeValue {
  let value = other;
  for (const part of field.fields()) value = readAlternative(part) ?? value;
  return value;
}

function readAlternative(part: ProtobufField): AttributeValue | undefined {
  switch (part.number) {
    case 1:
      return readList(part);
    case 2:
      return { kind: 'string', value: decoder.decode(part.bytes()) };
    case 3:
      return { kind: 'integer', value: Number(part.varint()) };
    case 4:
      return { kind: 'float', value: part.float() };
    case 5:
      return { kind: 'boolean', value: part.boolean() };
    case 6:
      return { kind: 'type', value: tensorFlowDatatype(part.integer()) };
    case 7:
      return { kind: 'shape', value: readPartialShape(part) };
    case 8: {
      const tensor = readTensorProto(part);
      return tensor === undefined ? other : { kind: 'tensor', value: tensor };
    }
    case 10:
      return { kind: 'function', value: readFunctionName(part) };
    default:
      return undefined;
  }
}

function readList(field: ProtobufField): AttributeValue {
  const strings: string[] = [];
  const integers: number[] = [];
  const floats: number[] = [];
  const booleans: boolean[] = [];
  const types: TensorFlowDatatype[] = [];
  const shapes: PartialShape[] = [];
  const functions: string[] = [];
  for (const part of field.fields()) {
    if (part.number === 2) strings.push(decoder.decode(part.bytes()));
    else if (part.number === 3) for (const value of part.varints()) integers.push(Number(value));
    else if (part.number === 4) for (const value of part.floats()) floats.push(value);
    else if (part.number === 5) for (const value of part.varints()) booleans.push(value !== 0);
    else if (part.number === 6) for (const code of part.integers()) types.push(tensorFlowDatatype(code));
    else if (part.number === 7) shapes.push(readPartialShape(part));
    else if (part.number === 9) functions.push(readFunctionName(part));
  }
  return { kind: 'list', strings, integers, floats, booleans, types, shapes, functions };
}

function readFunctionName(field: ProtobufField): string {
  let name = '';
  for (const part of field.fields()) if (part.number === 1) name = part.string();
  return name;
}
