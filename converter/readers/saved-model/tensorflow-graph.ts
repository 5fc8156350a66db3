/** A SavedModel's graph as TensorFlow wrote it: nodes, functions, signatures, before any interpretation. */
import type { Datatype, Tensor } from '../../../gateway/domain/tensor.ts';

/** TensorFlow's name for a datatype we can hold, or `resource`, `variant` and friends, which only route values. */
export type TensorFlowDatatype = Datatype | 'resource' | 'variant' | `unsupported-${number}`;

/** Sizes of the axes with `null` for an unknown one; `undefined` when even the rank is unknown. */
export type PartialShape = readonly (number | null)[] | undefined;

/** One attribute of a node (`AttrValue` in TensorFlow's attr_value.proto). */
export type AttributeValue =
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'integer'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'type'; readonly value: TensorFlowDatatype }
  | { readonly kind: 'shape'; readonly value: PartialShape }
  | { readonly kind: 'tensor'; readonly value: Tensor }
  | { readonly kind: 'function'; readonly value: string }
  | {
      readonly kind: 'list';
      readonly strings: readonly string[];
      readonly integers: readonly number[];
      readonly floats: readonly number[];
      readonly booleans: readonly boolean[];
      readonly types: readonly TensorFlowDatatype[];
      readonly shapes: readonly PartialShape[];
      readonly functions: readonly string[];
    }
  | { readonly kind: 'other' };

export interface TensorFlowNode {
  readonly name: string;
  readonly operation: string;
  /** As written: `name`, `name:1`, `^control`, and inside functions `name:output:0` or an argument's name. */
  readonly inputs: readonly string[];
  readonly attributes: ReadonlyMap<string, AttributeValue>;
}

export interface TensorFlowFunction {
  readonly name: string;
  readonly argumentNames: readonly string[];
  /** Names of the results in order (`signature.output_arg`). */
  readonly resultNames: readonly string[];
  readonly nodes: readonly TensorFlowNode[];
  /** Result name → reference inside the function (`node:output:0` or an argument's name). */
  readonly results: ReadonlyMap<string, string>;
}

/** One named tensor of a signature; `reference` is `node:index` in the main graph. */
export interface SignatureTensor {
  readonly name: string;
  readonly reference: string;
  readonly datatype: TensorFlowDatatype;
  readonly shape: PartialShape;
}

export interface SignatureDefinition {
  readonly name: string;
  readonly methodName: string;
  readonly inputs: readonly SignatureTensor[];
  readonly outputs: readonly SignatureTensor[];
}

export interface TensorFlowGraph {
  readonly nodes: readonly TensorFlowNode[];
  readonly functions: ReadonlyMap<string, TensorFlowFunction>;
  readonly signatures: ReadonlyMap<string, SignatureDefinition>;
  /** The node whose execution restores every variable (`saver_def.restore_op_name`), when the model has variables. */
  readonly restoreNode: string | undefined;
  /** TensorFlow's version that wrote it, for reports. */
  readonly producer: string;
}
