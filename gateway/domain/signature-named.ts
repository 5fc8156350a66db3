/** Finds the signature that a request asks for. */
import type { Signature } from './engine.ts';
import { ServingError } from './errors.ts';

/** What a request that names no signature asks for, as everywhere in TensorFlow. */
export const usualSignature = 'serving_default';

/**
 * The signature of that name; without a name `serving_default`, else the one that the model's owner states, else the first.
 *
 * @throws ServingError `invalid-input` that lists the known names
 */
export function signatureNamed(
  signatures: ReadonlyMap<string, Signature>,
  name: string | undefined,
  stated?: string,
): Signature {
  const all = [...signatures.values()];
  const wanted = name ?? (signatures.has(usualSignature) ? undefined : stated);
  const found = signatures.get(wanted ?? usualSignature) ?? (wanted === undefined ? all[0] : undefined);
  if (found !== undefined) return found;
  const known = all.map((signature) => `"${signature.name}"`).join(', ');
  throw new ServingError(
    'invalid-input',
    `There is no signature "${wanted ?? usualSignature}"; there is ${known === '' ? 'none' : known}.`,
  );
}
