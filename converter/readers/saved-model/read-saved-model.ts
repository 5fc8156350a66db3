/** Opens a SavedModel folder: the graph made for serving, its signatures, and a source for the values of its variables. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { UnsupportedModel } from '../../unsupported-model.ts';
import { MalformedBytes } from '../../../gateway/protobuf/malformed-bytes.ts';
import { readProtobuf } from '../../../gateway/protobuf/protobuf-reader.ts';
import type { ProtobufField } from '../../../gateway/protobuf/protobuf-reader.ts';
import { chooseCallFunction } from './call-function.ts';
import { answeringSignatures, readMetaGraph, readTags } from './meta-graph.ts';
import { readSavedObjectGraph } from './saved-object-graph.ts';
import { serveByCall } from './serve-by-call.ts';
import type { TensorFlowGraph } from './tensorflow-graph.ts';
import { trackedKeys } from './tracked-keys.ts';
import { CheckpointVariables } from './variables.ts';
import type { VariableSource } from './variables.ts';

const fileName = 'saved_model.pb';
const servingTag = 'serve';

export interface SavedModel {
  readonly graph: TensorFlowGraph;
  readonly variables: VariableSource;
}

/**
 * Reads the whole graph at once, variables only when asked for.
 *
 * A model without signatures (a layer from TensorFlow Hub) answers by its call function as `serving_default`.
 *
 * Attributes that hold their default may be missing from nodes: TensorFlow strips them when it saves.
 *
 * @param folder a version folder, the one that holds `saved_model.pb`.
 * @throws UnsupportedModel when the file is missing or damaged, or has no graph tagged `serve`.
 */
export async function readSavedModel(folder: string): Promise<SavedModel> {
  const bytes = await readGraphFile(folder);
  try {
    const metaGraph = servingGraph(readProtobuf(bytes));
    const written = readMetaGraph(metaGraph);
    const graph =
      answeringSignatures(written).length > 0 ? written : await withCall(metaGraph, written, folder);
    return { graph, variables: new CheckpointVariables(folder, graph) };
  } catch (cause) {
    if (!(cause instanceof MalformedBytes)) throw cause;
    throw new UnsupportedModel(`${fileName} is damaged or not a SavedModel: ${cause.message}`, { cause });
  }
}

/** The graph with a call of its own model for a signature, when the model can be called at all. */
async function withCall(
  metaGraph: ProtobufField,
  graph: TensorFlowGraph,
  folder: string,
): Promise<TensorFlowGraph> {
  const field = [...metaGraph.fields()].find(({ number }) => number === 7);
  const saved = field && readSavedObjectGraph(field);
  const call = saved && chooseCallFunction(saved);
  if (saved === undefined || call === undefined) return graph;
  const hasVariables = call.captures.some((place) => saved.objects[place]?.content.kind === 'variable');
  const stored = hasVariables ? await new CheckpointVariables(folder, graph).objects() : [];
  return serveByCall(graph, call, {
    objects: saved.objects,
    variableKeys: trackedKeys(saved.objects, stored),
  });
}

async function readGraphFile(folder: string): Promise<Uint8Array> {
  try {
    return await readFile(path.join(folder, fileName));
  } catch (cause) {
    throw new UnsupportedModel(
      `${fileName} is missing from the model's folder or cannot be read; a SavedModel in binary form is needed.`,
      { cause },
    );
  }
}

/** The graph tagged `serve` and nothing else, or one that is tagged `serve` among others (such as `gpu`). */
function servingGraph(savedModel: Iterable<ProtobufField>): ProtobufField {
  const graphs = [...savedModel]
    .filter((field) => field.number === 2)
    .map((field) => ({ field, tags: readTags(field) }));
  const serving = graphs.filter(({ tags }) => tags.includes(servingTag));
  const chosen = serving.find(({ tags }) => tags.length === 1) ?? serving[0];
  if (chosen !== undefined) return chosen.field;
  const found = graphs.map(({ tags }) => `[${tags.join(', ')}]`).join(', ') || 'none at all';
  throw new UnsupportedModel(
    `${fileName} has no graph tagged ${servingTag} (found: ${found}); export the model for serving.`,
  );
}
