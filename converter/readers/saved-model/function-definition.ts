/** Reads `FunctionDef`, a named subgraph with arguments and results. */
import type { ProtobufField } from '../../../gateway/protobuf/protobuf-reader.ts';
import { readNode } from './node-definition.ts';
import type { TensorFlowFunction, TensorFlowNode } from './tensorflow-graph.ts';

interface FunctionSignature {
  readonly name: string;
  readonly argumentNames: readonly string[];
  readonly resultNames: readonly string[];
}

export function readFunction(field: ProtobufField): TensorFlowFunction {
  let signature: FunctionSignature = { name: '', argumentNames: [], resultNames: [] };
  const nodes: TensorFlowNode[] = [];
  const results = new Map<string, string>();
  for (const part of field.fields()) {
    if (part.number === 1) signature = readSignature(part);
    else if (part.number === 3) nodes.push(readNode(part));
    else if (part.number === 4) results.set(...readStringEntry(part));
  }
  return { ...signature, nodes, results };
}

/** `OpDef`, of which only the names matter here. */
function readSignature(field: ProtobufField): FunctionSignature {
  let name = '';
  const argumentNames: string[] = [];
  const resultNames: string[] = [];
  for (const part of field.fields()) {
    if (part.number === 1) name = part.string();
    else if (part.number === 2) argumentNames.push(readArgumentName(part));
    else if (part.number === 3) resultNames.push(readArgumentName(part));
  }
  return { name, argumentNames, resultNames };
}

function readArgumentName(field: ProtobufField): string {
  let name = '';
  for (const part of field.fields()) if (part.number === 1) name = part.string();
  return name;
}

function readStringEntry(field: ProtobufField): [key: string, value: string] {
  let key = '';
  let value = '';
  for (const part of field.fields()) {
    if (part.number === 1) key = part.string();
    else if (part.number === 2) value = part.string();
  }
  return [key, value];
}
