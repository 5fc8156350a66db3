/** The graph between readers and writers: TensorFlow's operations with the values of the variables beside them. */
import type { NumericTensor } from '../../gateway/domain/tensor.ts';
import type {
  SignatureDefinition,
  TensorFlowDatatype,
  TensorFlowNode,
} from '../readers/saved-model/tensorflow-graph.ts';

/** A float32 tensor, the only kind of weight a network is built with. */
export interface FloatTensor extends NumericTensor {
  readonly datatype: 'float32';
  readonly elements: Float32Array;
}

/** A function's body; inside it `node:output:index` names a value, and an argument goes by its own name. */
export interface FunctionGraph {
  readonly name: string;
  readonly arguments: readonly { readonly name: string; readonly datatype: TensorFlowDatatype }[];
  readonly results: readonly {
    readonly name: string;
    readonly datatype: TensorFlowDatatype;
    readonly reference: string;
  }[];
  readonly nodes: readonly TensorFlowNode[];
}

/** A whole model; every `VarHandleOp` in `nodes` has its value in `variables` under the node's name. */
export interface ModelGraph {
  readonly nodes: readonly TensorFlowNode[];
  readonly functions: readonly FunctionGraph[];
  readonly signatures: readonly SignatureDefinition[];
  readonly variables: ReadonlyMap<string, NumericTensor>;
}

/**
 * A classifier from pictures [N,H,W,3] to logits [N,classes], not yet placed in a model.
 *
 * The nodes name their input `networkInput`, which is no node: `placeNetwork` binds it.
 */
export interface Network {
  readonly nodes: readonly TensorFlowNode[];
  /** Handles and reads of the variables, which every copy of the network shares. */
  readonly variableNodes: readonly TensorFlowNode[];
  readonly variables: ReadonlyMap<string, FloatTensor>;
  readonly logits: string;
  readonly classCount: number;
}

export const networkInput = 'input';

/** A copy of the network's nodes under a prefix, fed by `input`; `logits` names its output. */
export function placeNetwork(
  network: Network,
  prefix: string,
  input: string,
): { readonly nodes: readonly TensorFlowNode[]; readonly logits: string } {
  const own = new Set(network.nodes.map((node) => node.name));
  const placed = (reference: string): string => {
    if (reference === networkInput) return input;
    return own.has(reference) ? `${prefix}/${reference}` : reference;
  };
  const nodes = network.nodes.map((node) => ({
    ...node,
    name: placed(node.name),
    inputs: node.inputs.map(placed),
  }));
  return { nodes, logits: placed(network.logits) };
}
