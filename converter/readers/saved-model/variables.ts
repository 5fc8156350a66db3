/** Gives the values of a graph's variables, read from the SavedModel's checkpoint one at a time. */
import type { Tensor } from '../../../gateway/domain/tensor.ts';
import { UnsupportedModel } from '../../unsupported-model.ts';
import { MalformedBytes } from '../../../gateway/protobuf/malformed-bytes.ts';
import {
  objectGraphKey,
  readCheckpointObjectGraph,
  readCheckpointObjects,
} from './checkpoint-object-graph.ts';
import type { CheckpointObject } from './checkpoint-object-graph.ts';
import { DamagedWeights } from './damaged-weights.ts';
import { restoredKeys } from './restored-keys.ts';
import type { RestoredKey } from './restored-keys.ts';
import { TensorBundle } from './tensor-bundle.ts';
import type { TensorFlowGraph, TensorFlowNode } from './tensorflow-graph.ts';

const checkpointPrefix = 'variables/variables';

export interface VariableSource {
  /**
   * The value of a variable node in the main graph, by node name; every call reads and verifies anew.
   *
   * @throws UnsupportedModel when there is no such variable, or its value is missing or does not fit it; DamagedWeights
   * when the file that holds it is missing or damaged.
   */
  read(nodeName: string): Promise<Tensor>;
}

export class CheckpointVariables implements VariableSource {
  readonly #folder: string;
  readonly #graph: TensorFlowGraph;
  #nodes: ReadonlyMap<string, TensorFlowNode> | undefined;
  #restored: ReadonlyMap<string, RestoredKey> | undefined;
  #bundle: Promise<TensorBundle> | undefined;
  #objectGraph: Promise<ReadonlyMap<string, string> | undefined> | undefined;

  /** @param folder the folder that holds `variables/`; nothing is read before the first `read`. */
  constructor(folder: string, graph: TensorFlowGraph) {
    this.#folder = folder;
    this.#graph = graph;
  }

  async read(nodeName: string): Promise<Tensor> {
    this.#nodes ??= new Map(this.#graph.nodes.map((node) => [node.name, node]));
    const node = this.#nodes.get(nodeName);
    if (node === undefined) throw new UnsupportedModel(`The graph has no variable ${nodeName}.`);
    const bundle = await this.#open();
    const tensor = await bundle.read(await this.#keyOf(node, bundle));
    refuseMisfit(node, tensor);
    return tensor;
  }

  /**
   * The objects that the checkpoint was written from; none when it was written from a graph.
   *
   * @throws DamagedWeights when there is no checkpoint, or it is damaged.
   */
  async objects(): Promise<readonly CheckpointObject[]> {
    return (await readObjectGraph(await this.#open(), readCheckpointObjects)) ?? [];
  }

  #open(): Promise<TensorBundle> {
    this.#bundle ??= TensorBundle.open(this.#folder, checkpointPrefix);
    return this.#bundle;
  }

  async #keyOf(node: TensorFlowNode, bundle: TensorBundle): Promise<string> {
    this.#restored ??= restoredKeys(this.#graph);
    const restored = this.#restored.get(node.name);
    if (restored !== undefined) {
      if (restored.slice === '') return restored.key;
      throw new UnsupportedModel(
        `Variable ${node.name} is a part of ${restored.key}; export the model with whole variables.`,
      );
    }
    const names = [node.name, sharedName(node)].filter((name) => name !== '');
    const byName = names.find((name) => bundle.has(name));
    if (byName !== undefined) return byName;
    this.#objectGraph ??= readObjectGraph(bundle, readCheckpointObjectGraph);
    const objectGraph = await this.#objectGraph;
    const key = names.map((name) => objectGraph?.get(name)).find((found) => found !== undefined);
    if (key !== undefined) return key;
    throw new UnsupportedModel(
      `Variable ${node.name} has no value in ${checkpointPrefix}.index; export the model with its variables saved.`,
    );
  }
}

function sharedName(node: TensorFlowNode): string {
  const attribute = node.attributes.get('shared_name');
  return attribute?.kind === 'string' ? attribute.value : '';
}

async function readObjectGraph<Result>(
  bundle: TensorBundle,
  read: (bytes: Uint8Array) => Result,
): Promise<Result | undefined> {
  if (!bundle.has(objectGraphKey)) return undefined;
  const stored = await bundle.read(objectGraphKey);
  const bytes = stored.datatype === 'string' ? stored.elements[0] : undefined;
  if (bytes === undefined) return undefined;
  try {
    return read(bytes);
  } catch (cause) {
    if (!(cause instanceof MalformedBytes)) throw cause;
    throw new DamagedWeights(`${objectGraphKey} in ${checkpointPrefix}.index is damaged: ${cause.message}`, {
      cause,
    });
  }
}

/** A checkpoint of another model would otherwise be noticed only as wrong answers. */
function refuseMisfit(node: TensorFlowNode, tensor: Tensor): void {
  const datatype = node.attributes.get('dtype');
  const shape = node.attributes.get('shape');
  const sizes = shape?.kind === 'shape' ? shape.value : undefined;
  const sameShape =
    sizes === undefined ||
    (sizes.length === tensor.shape.length &&
      sizes.every((size, axis) => size === null || size === tensor.shape[axis]));
  if (sameShape && (datatype?.kind !== 'type' || datatype.value === tensor.datatype)) return;
  throw new UnsupportedModel(
    `Variable ${node.name} does not fit its value in ${checkpointPrefix}.index, ` +
      `which is ${tensor.datatype} [${tensor.shape.join(', ')}].`,
  );
}
