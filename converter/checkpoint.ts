/** What every reader of trained weights hands on: named tensors and what the file says about itself. */
import type { NumericTensor } from '../gateway/domain/tensor.ts';

export interface Checkpoint {
  /** By parameter name, in the file's order; row-major and contiguous. */
  readonly tensors: ReadonlyMap<string, NumericTensor>;
  /** Short facts kept beside the weights, such as `epoch` or `arch`. */
  readonly metadata: ReadonlyMap<string, string>;
}
