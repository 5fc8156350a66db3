/** The signatures of a model that can be asked by name and tensor, out of what its metadata says. */
import type { Signature } from '../../domain/engine.ts';
import { usualSignature } from '../../domain/signature-named.ts';
import { methodNames } from '../../wire/tensorflow-serving/callable-signature.ts';
import type { CallableSignature } from '../../wire/tensorflow-serving/callable-signature.ts';

/**
 * Without those that take tf.Example, whose byte strings would pass for pictures, and those that answer nothing;
 * `serving_default` first.
 */
export function predictSignatures(signatures: readonly CallableSignature[]): readonly Signature[] {
  return signatures
    .filter(
      ({ methodName, outputs }) =>
        methodName !== methodNames.classify && methodName !== methodNames.regress && outputs.length > 0,
    )
    .map(({ name, inputs, outputs }) => ({ name, inputs, outputs }))
    .sort((left, right) => Number(right.name === usualSignature) - Number(left.name === usualSignature));
}
