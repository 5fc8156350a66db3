/** Reads `MetaGraphDef`: a graph with its tags, functions, signatures and the node that restores its variables. */
import type { ProtobufField } from '../../../gateway/protobuf/protobuf-reader.ts';
import { readFunction } from './function-definition.ts';
import { readNode } from './node-definition.ts';
import { readSignatureEntry } from './signature-definition.ts';
import type {
  SignatureDefinition,
  TensorFlowFunction,
  TensorFlowGraph,
  TensorFlowNode,
} from './tensorflow-graph.ts';

/** The tags alone, which decide whether the rest is worth reading. */
export function readTags(metaGraph: ProtobufField): string[] {
  const tags: string[] = [];
  for (const part of metaGraph.fields()) {
    if (part.number !== 1) continue;
    for (const fact of part.fields()) if (fact.number === 4) tags.push(fact.string());
  }
  return tags;
}

/** TensorFlow's own signature that only initialises the model. */
const initialisationSignature = '__saved_model_init_op';

/** The signatures that somebody can ask something, in no particular order. */
export function answeringSignatures({
  signatures,
}: Pick<TensorFlowGraph, 'signatures'>): SignatureDefinition[] {
  return [...signatures.values()].filter(
    ({ name, outputs }) => name !== initialisationSignature && outputs.length > 0,
  );
}

export function readMetaGraph(metaGraph: ProtobufField): TensorFlowGraph {
  const nodes: TensorFlowNode[] = [];
  const functions = new Map<string, TensorFlowFunction>();
  const signatures = new Map<string, SignatureDefinition>();
  let restoreNode: string | undefined;
  let producer = 'an unnamed version';
  for (const part of metaGraph.fields()) {
    if (part.number === 1) producer = readText(part, 5) ?? producer;
    else if (part.number === 2) readGraph(part, nodes, functions);
    else if (part.number === 3) restoreNode = readText(part, 3);
    else if (part.number === 5) {
      const signature = readSignatureEntry(part);
      signatures.set(signature.name, signature);
    }
  }
  return { nodes, functions, signatures, restoreNode, producer };
}

function readGraph(
  graph: ProtobufField,
  nodes: TensorFlowNode[],
  functions: Map<string, TensorFlowFunction>,
): void {
  for (const part of graph.fields()) {
    if (part.number === 1) nodes.push(readNode(part));
    if (part.number !== 2) continue;
    for (const entry of part.fields()) {
      if (entry.number !== 1) continue;
      const definition = readFunction(entry);
      functions.set(definition.name, definition);
    }
  }
}

/** A string field of a message, `undefined` when it is absent or empty. */
function readText(message: ProtobufField, number: number): string | undefined {
  let text = '';
  for (const part of message.fields()) if (part.number === number) text = part.string();
  return text === '' ? undefined : text;
}
