/** Reads one node of an ONNX graph with its attributes (onnx.proto, NodeProto and AttributeProto). */
import type { NumericTensor } from '../../../gateway/domain/tensor.ts';
import { constantOf, int64Vector } from '../../onnx/constants.ts';
import { float, integer, integers, text, type OnnxAttribute, type OnnxNode } from '../../onnx/onnx-graph.ts';
import type { ProtobufField } from '../../../gateway/protobuf/protobuf-reader.ts';
import { readTensor } from './onnx-tensor.ts';

export interface ReadNode {
  readonly node: OnnxNode;
  /** The value of a `Constant`, which is no computation. */
  readonly constant: NumericTensor | undefined;
  /** What the house's graph has no place for, such as a graph inside of the node. */
  readonly lost: readonly string[];
}

interface ReadAttribute {
  readonly name: string;
  readonly value: OnnxAttribute | NumericTensor | undefined;
}

/** AttributeProto.AttributeType, of the kinds that are read. */
const types = { float: 1, integer: 2, string: 3, tensor: 4, integers: 7 } as const;

export function readNode(message: ProtobufField): ReadNode {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes: Record<string, OnnxAttribute> = {};
  const tensors = new Map<string, NumericTensor>();
  const lost: string[] = [];
  let [name, operation, domain] = ['', '', ''];
  for (const field of message.fields()) {
    if (field.number === 1) inputs.push(field.string());
    else if (field.number === 2) outputs.push(field.string());
    else if (field.number === 3) name = field.string();
    else if (field.number === 4) operation = field.string();
    else if (field.number === 7) domain = field.string();
    else if (field.number === 5) {
      const attribute = readAttribute(field);
      if (attribute.value === undefined) lost.push(attribute.name);
      else if ('kind' in attribute.value) attributes[attribute.name] = attribute.value;
      else tensors.set(attribute.name, attribute.value);
    }
  }
  const operator = domain === '' || domain === 'ai.onnx' ? operation : `${domain}.${operation}`;
  const constant = operator === 'Constant' ? constantIn(attributes, tensors) : undefined;
  return {
    node: { operator, inputs, outputs, attributes, origin: originIn(name, outputs) },
    constant,
    lost: constant === undefined ? [...lost, ...tensors.keys()] : lost,
  };
}

/** The writer names a node for where it comes from and what it gives. */
function originIn(name: string, [output = '']: readonly string[]): string {
  return output !== '' && name.endsWith(`/${output}`) ? name.slice(0, -output.length - 1) : name;
}

function constantIn(
  attributes: OnnxNode['attributes'],
  tensors: ReadonlyMap<string, NumericTensor>,
): NumericTensor | undefined {
  const [tensor] = tensors.values();
  if (tensor !== undefined) return tensor;
  const [value] = Object.values(attributes);
  switch (value?.kind) {
    case 'integer':
      return constantOf('int64', [], [value.value]);
    case 'integers':
      return int64Vector(value.value);
    case 'float':
      return constantOf('float32', [], [value.value]);
    case 'string':
    case undefined:
      return undefined;
  }
}

function readAttribute(message: ProtobufField): ReadAttribute {
  let name = '';
  let type: number | undefined;
  let value: ReadAttribute['value'];
  const list: number[] = [];
  for (const field of message.fields()) {
    if (field.number === 1) name = field.string();
    else if (field.number === 2) value = float(field.float());
    else if (field.number === 3) value = integer(Number(field.varint()));
    else if (field.number === 4) value = text(Buffer.from(field.bytes()).toString('utf8'));
    else if (field.number === 5) value = readTensor(field).tensor;
    else if (field.number === 8) for (const number of field.varints()) list.push(Number(number));
    else if (field.number === 20) type = field.integer();
  }
  if (type === types.integers || (type === undefined && list.length > 0)) value = integers(list);
  // Zeros and empty texts may be left out of the file; the type says that they are meant.
  else if (value === undefined && type === types.integer) value = integer(0);
  else if (value === undefined && type === types.float) value = float(0);
  else if (value === undefined && type === types.string) value = text('');
  return { name, value: isExact(value) ? value : undefined };
}

function isExact(value: ReadAttribute['value']): boolean {
  if (value === undefined || !('kind' in value)) return value !== undefined;
  if (value.kind === 'integer') return Number.isSafeInteger(value.value);
  return value.kind !== 'integers' || value.value.every(Number.isSafeInteger);
}
