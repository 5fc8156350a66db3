/** What a model on disk is to the registry: facts of its manifest, the versions to serve, and what is wrong with it. */
import type { ModelVersion } from '../domain/model.ts';
import type { ModelToServe } from '../inference/model-slot.ts';
import { statedRecipe } from '../repository/manifest-preprocessing.ts';
import type { InstalledModel } from '../repository/model-folder.ts';
import type { Log } from '../telemetry/log.ts';

/** Clients of a model that cannot be read are sent to the log, so its faults must not depend on the level of warnings. */
export function logFaults({ name, faults, unreadable }: InstalledModel, log: Log): void {
  for (const fault of faults) {
    if (unreadable === undefined) log.warn({}, `${name}: ${fault}`);
    else log.error({}, `${name}: ${fault}`);
  }
}

/** The same versions, with what the manifest says of the way from a picture to their tensors. */
export function withRecipe(
  { manifest }: Pick<InstalledModel, 'manifest'>,
  versions: readonly ModelVersion[],
): readonly ModelVersion[] {
  const preprocessing = statedRecipe(manifest?.preprocessing);
  return versions.map((version) => ({ ...version, preprocessing }));
}

export function modelToServe(model: InstalledModel, versions: readonly ModelVersion[]): ModelToServe {
  const { manifest, labels, unreadable } = model;
  return {
    name: model.name,
    facts: {
      title: manifest?.title,
      licence: manifest?.licence,
      labels,
      hasBackgroundClass: manifest?.backgroundClass ?? manifest?.labels?.backgroundClass,
      scores: manifest?.scores,
      signature: manifest?.signature,
    },
    versions: withRecipe(model, versions),
    installedVersions: model.versions.map(({ version }) => version),
    fault:
      unreadable === undefined
        ? undefined
        : `Its ${unreadable} cannot be read; the log of the server says why.`,
  };
}
