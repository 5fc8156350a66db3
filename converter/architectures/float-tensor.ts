/** Requires of a stored parameter that it holds finite float32 numbers, as every reader of checkpoints gives them. */
import type { NumericTensor } from '../../gateway/domain/tensor.ts';
import type { FloatTensor } from '../network/model-graph.ts';
import { UnsupportedModel } from '../unsupported-model.ts';

/** @throws UnsupportedModel naming the parameter that holds something else. */
export function floatTensor(name: string, { datatype, shape, elements }: NumericTensor): FloatTensor {
  if (!(elements instanceof Float32Array)) {
    throw new UnsupportedModel(
      `The parameter ${name} holds ${datatype} where floating-point numbers are needed; convert a checkpoint that is not quantised.`,
    );
  }
  if (!elements.every(Number.isFinite)) {
    throw new UnsupportedModel(
      `The parameter ${name} holds values that are not finite, as a diverged training leaves them; take an earlier checkpoint.`,
    );
  }
  return { datatype: 'float32', shape, elements };
}
