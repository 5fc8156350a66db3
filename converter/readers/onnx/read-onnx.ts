/** Reads the bytes of an ONNX file as the graph that `writers/onnx.ts` writes (onnx.proto, ModelProto). */
import type { NumericTensor } from '../../../gateway/domain/tensor.ts';
import type { OnnxGraph, OnnxInput, OnnxNode, OnnxOutput, ValueType } from '../../onnx/onnx-graph.ts';
import { UnsupportedModel } from '../../unsupported-model.ts';
import { MalformedBytes } from '../../../gateway/protobuf/malformed-bytes.ts';
import { readProtobuf, type ProtobufField } from '../../../gateway/protobuf/protobuf-reader.ts';
import { readNode } from './onnx-node.ts';
import { readTensor } from './onnx-tensor.ts';
import { readValue, type DeclaredValue } from './onnx-value.ts';

export interface OnnxModel {
  readonly graph: OnnxGraph;
  /** The program that wrote it, as it calls itself. */
  readonly producer: string;
  /** Version of ONNX's own operators. */
  readonly operatorSet: number;
  /** What the graph does not hold of the file, such as graphs inside of nodes; nothing when it holds all. */
  readonly lost: readonly string[];
}

/**
 * @throws UnsupportedModel with one sentence when the bytes are no ONNX model, are damaged, or keep weights elsewhere.
 */
export function readOnnx(bytes: Uint8Array): OnnxModel {
  try {
    return readModel(bytes);
  } catch (cause) {
    if (!(cause instanceof MalformedBytes)) throw cause;
    throw new UnsupportedModel(`The ONNX file is damaged or not what it seems: ${cause.message}`, { cause });
  }
}

function readModel(bytes: Uint8Array): OnnxModel {
  const producer: string[] = [];
  let operatorSet = 0;
  let graph: ProtobufField | undefined;
  let functions = 0;
  for (const field of readProtobuf(bytes)) {
    if (field.number === 2 || field.number === 3) producer.push(field.string());
    else if (field.number === 7) graph = field;
    else if (field.number === 8) operatorSet = ownOperatorSet(field) ?? operatorSet;
    else if (field.number === 25) functions += 1;
  }
  if (graph === undefined) throw new MalformedBytes('It has no graph.');
  const read = readGraph(graph);
  return {
    graph: read.graph,
    producer: producer.filter((word) => word !== '').join(' '),
    operatorSet,
    lost: functions > 0 ? [...read.lost, 'functions of its own'] : read.lost,
  };
}

/** The version, when the entry is about ONNX's own operators and not a further set. */
function ownOperatorSet(message: ProtobufField): number | undefined {
  let [domain, version] = ['', 0];
  for (const field of message.fields()) {
    if (field.number === 1) domain = field.string();
    else if (field.number === 2) version = field.integer();
  }
  return domain === '' || domain === 'ai.onnx' ? version : undefined;
}

interface GraphParts {
  readonly nodes: OnnxNode[];
  readonly constants: Map<string, NumericTensor>;
  readonly types: Map<string, ValueType>;
  readonly inputs: DeclaredValue[];
  readonly outputs: DeclaredValue[];
  readonly lost: Set<string>;
}

function readGraph(message: ProtobufField): { readonly graph: OnnxGraph; readonly lost: readonly string[] } {
  const parts: GraphParts = {
    nodes: [],
    constants: new Map(),
    types: new Map(),
    inputs: [],
    outputs: [],
    lost: new Set(),
  };
  for (const field of message.fields()) readPart(field, parts);
  const { constants, types, lost } = parts;
  for (const { name, type } of [...parts.inputs, ...parts.outputs]) {
    if (type !== undefined) types.set(name, type);
  }
  for (const [name, { datatype, shape }] of constants) types.set(name, { datatype, shape });
  // Files of the first versions list every initialiser among the inputs too.
  const inputs = parts.inputs.filter(({ name }) => !constants.has(name)).map(requireTensor);
  const ends = behindIdentities(
    parts.nodes,
    parts.outputs.map(({ name }) => name),
    types,
  );
  return { graph: { inputs, ...ends, constants, types }, lost: [...lost] };
}

function readPart(field: ProtobufField, parts: GraphParts): void {
  if (field.number === 1) {
    const { node, constant, lost } = readNode(field);
    if (constant === undefined) parts.nodes.push(node);
    else parts.constants.set(node.outputs[0] ?? '', constant);
    for (const name of lost) parts.lost.add(`${name} of ${node.operator}`);
  } else if (field.number === 5) {
    const { name, tensor } = readTensor(field);
    parts.constants.set(name, tensor);
  } else if (field.number === 11) parts.inputs.push(readValue(field));
  else if (field.number === 12) parts.outputs.push(readValue(field));
  else if (field.number === 13) {
    const { name, type } = readValue(field);
    if (type !== undefined) parts.types.set(name, type);
  } else if (field.number === 15) parts.lost.add('sparse tensors');
}

function requireTensor({ name, type }: DeclaredValue): OnnxInput {
  if (type !== undefined) return { name, type };
  throw new UnsupportedModel(`The input ${name} of the ONNX file is of a kind that cannot be read here.`);
}

/** The writer gives every output its name by an `Identity`, which is taken off again: nothing grows by rewriting. */
function behindIdentities(
  nodes: readonly OnnxNode[],
  names: readonly string[],
  types: Map<string, ValueType>,
): { readonly nodes: readonly OnnxNode[]; readonly outputs: readonly OnnxOutput[] } {
  const used = new Set(nodes.flatMap(({ inputs }) => inputs));
  const identities = new Map<string, string>();
  for (const { operator, inputs, outputs } of nodes) {
    const [from = '', to = ''] = [inputs[0], outputs[0]];
    if (operator === 'Identity' && names.includes(to) && !used.has(to)) identities.set(to, from);
  }
  for (const [to, from] of identities) {
    const type = types.get(to);
    if (type !== undefined && !types.has(from)) types.set(from, type);
  }
  return {
    nodes: nodes.filter(
      ({ operator, outputs }) => operator !== 'Identity' || !identities.has(outputs[0] ?? ''),
    ),
    outputs: names.map((name) => ({ name, value: identities.get(name) ?? name })),
  };
}
