/** The signatures of a model that can be asked by name and tensor, out of what its metadata says. */
import type { Signature } from '../../domain/engine.ts';
import { usualSignature } from '../../domain/signature-named.ts';
import type { CallableSignature } from '../../wire/tensorflow-serving/callable-signature.ts';

/**
 * Those for `Classify` and `Regress` too, which TensorFlow Serving answers by `Predict` when the examples are sent as
 * strings; without those that answer nothing. `serving_default` comes first.
 */
export function predictSignatures(signatures: readonly CallableSignature[]): readonly Signature[] {
  return signatures
    .filter(({ outputs }) => outputs.length > 0)
    .sort((left, right) => Number(right.name === usualSignature) - Number(left.name === usualSignature));
}
