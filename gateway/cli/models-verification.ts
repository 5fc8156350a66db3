/** What `fovea models verify` says about models, and whether that is good enough. */
import type { InstalledModel } from '../repository/installed-model.ts';
import type { VersionVerification } from '../repository/verify-model.ts';

export interface VerifiedModel {
  readonly model: InstalledModel;
  readonly versions: readonly VersionVerification[];
}

/** What to print about one model, a line each. */
export function verificationLines({ model, versions }: VerifiedModel): string[] {
  const { name, faults } = model;
  if (versions.length === 0) {
    return [`${name}: ${reasonWithoutVersions(model)}`, ...faults.map((fault) => `  ${fault}`)];
  }
  return [
    ...versions.flatMap((version) => versionLines(name, version)),
    ...faults.map((fault) => `${name}: ${fault}`),
  ];
}

function reasonWithoutVersions({ manifest, unreadable }: InstalledModel): string {
  if (unreadable !== undefined) return `its ${unreadable} cannot be read`;
  return manifest === undefined ? 'has no usable manifest to compare with' : 'is not installed';
}

function versionLines(name: string, { version, state, differences }: VersionVerification): string[] {
  const words = {
    verified: 'verified',
    unlisted: 'the manifest does not describe this version',
    unreadable: 'cannot be verified, since not all of it can be read',
    // A pull could not replace what this user may not even read.
    different: differences.some(({ kind }) => kind === 'unreadable')
      ? 'differs from the manifest, and not all of it can be read'
      : `differs from the manifest; "fovea models pull ${name}" replaces it`,
  };
  return [`${name}/${version}: ${words[state]}`, ...differences.map(({ sentence }) => `  ${sentence}`)];
}

/**
 * Whether nothing differs and everything can be read. A model asked for by name must also have been compared; among
 * all models, those that are not installed or have no manifest are passed over.
 */
export function isProven(verified: readonly VerifiedModel[], isNamed: boolean): boolean {
  const isRight = verified.every(
    ({ model, versions }) =>
      model.faults.length === 0 &&
      versions.every(({ state }) => state === 'verified' || state === 'unlisted'),
  );
  const isCompared = verified.some(({ versions }) => versions.some(({ state }) => state === 'verified'));
  return isRight && (isCompared || !isNamed);
}
