/** What a model on disk is to the registry: facts of its manifest, the versions to serve, and what is wrong with it. */
import type { ModelVersion } from '../domain/model.ts';
import type { ModelToServe } from '../inference/model-slot.ts';
import { huggingFaceIdOf } from '../repository/hugging-face-models.ts';
import type { InstalledModel } from '../repository/installed-model.ts';
import { statedRecipe } from '../repository/manifest-preprocessing.ts';
import { titleOf } from '../repository/model-title.ts';
import type { Log } from '../telemetry/log.ts';

/** Clients of a model that cannot be read are sent to the log, so its faults must not depend on the level of warnings. */
export function logFaults({ name, faults, unreadable, refusal }: InstalledModel, log: Log): void {
  for (const fault of faults) {
    if (unreadable === undefined && refusal === undefined) log.warn({}, `${name}: ${fault}`);
    else log.error({}, `${name}: ${fault}`);
  }
}

/** Whoever has named a Python class learns that it is not what answers. */
export function noteImplementation({ name, versions, settings }: InstalledModel, log: Log): void {
  const implementation = settings?.implementation;
  if (implementation === undefined || versions.length === 0) return;
  log.info(
    { model: name, implementation },
    `${name}: the implementation ${implementation} of its model-settings.json is not run; Fovea runs the SavedModel itself.`,
  );
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
  const { manifest, labels, unreadable, settings, refusal } = model;
  return {
    name: model.name,
    facts: {
      title: titleOf(model),
      licence: manifest?.licence,
      labels,
      hasBackgroundClass: manifest?.backgroundClass ?? manifest?.labels?.backgroundClass,
      scores: manifest?.scores,
      signature: manifest?.signature,
      huggingFaceId: huggingFaceIdOf(model),
      contentTypes: settings?.contentTypes,
    },
    versions: withRecipe(model, versions),
    installedVersions: model.versions.map(({ version }) => version),
    fault:
      unreadable === undefined
        ? refusal
        : `Its ${unreadable} cannot be read; the log of the server says why.`,
  };
}
