/** What `fovea models verify` says about models, and whether that is good enough. */
import type { InstalledModel } from '../repository/model-folder.ts';
import type { VersionVerification } from '../repository/verify-model.ts';

export interface VerifiedModel {
  readonly model: InstalledModel;
  readonly versions: readonly VersionVerification[];
}

/** What to print about one model, a line each. */
export function verificationLines({ model, versions }: VerifiedModel): string[] {
  const { name, manifest } = model;
  if (versions.length === 0) {
    const reason = manifest === undefined ? 'has no usable manifest to compare with' : 'is not installed';
    return [`${name}: ${reason}`, ...model.faults.map((fault) => `  ${fault}`)];
  }
  return versions.flatMap(({ version, state, differences }) => {
    if (state === 'unlisted') {
      return [`${name}/${version}: the manifest does not describe this version`];
    }
    return state === 'verified'
      ? [`${name}/${version}: verified`]
      : [
          `${name}/${version}: differs from the manifest; "fovea models pull ${name}" replaces it`,
          ...differences.map(({ sentence }) => `  ${sentence}`),
        ];
  });
}

/**
 * Whether nothing differs. A model asked for by name must also have been compared; among all models, those that are
 * not installed or have no manifest are passed over.
 */
export function isProven(verified: readonly VerifiedModel[], isNamed: boolean): boolean {
  const isRight = verified.every(
    ({ model, versions }) =>
      model.faults.length === 0 && versions.every(({ state }) => state !== 'different'),
  );
  const isCompared = verified.some(({ versions }) => versions.some(({ state }) => state === 'verified'));
  return isRight && (isCompared || !isNamed);
}
