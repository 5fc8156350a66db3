/** A signature together with the way of calling it that TensorFlow Serving knows it by. */
import type { Signature } from '../../domain/engine.ts';

export const methodNames = {
  predict: 'tensorflow/serving/predict',
  classify: 'tensorflow/serving/classify',
  regress: 'tensorflow/serving/regress',
} as const;

export interface CallableSignature extends Signature {
  /** One of `methodNames`, or whatever the model's author wrote. */
  readonly methodName: string;
}
