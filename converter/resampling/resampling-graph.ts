/** The graph of a preparation in a form that goes through JSON, for planning the resampling of each size of picture. */
import type { OnnxAttributes } from '../onnx/onnx-graph.ts';

/** In which sizes, corners and factors are computed; others have arithmetic of their own. */
const datatypes = ['bool', 'int32', 'int64', 'float32', 'float64'] as const;

export type SmallDatatype = (typeof datatypes)[number];

export const smallDatatypeNamed = (name: string | undefined): SmallDatatype | undefined =>
  datatypes.find((datatype) => datatype === name);

/** A few numbers in row-major order. */
export interface SmallTensor {
  readonly datatype: SmallDatatype;
  readonly shape: readonly number[];
  readonly numbers: readonly number[];
}

export interface ResamplingNode {
  readonly operator: string;
  /** Value names; the empty string stands for an absent optional input. */
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes: OnnxAttributes;
}

export interface ResamplingGraph {
  /** Name of the decoded pixels, uint8 [H,W,3]. */
  readonly pixels: string;
  readonly prepared: string;
  /** In topological order. */
  readonly nodes: readonly ResamplingNode[];
  readonly constants: Readonly<Record<string, SmallTensor>>;
}
