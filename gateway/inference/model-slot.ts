/** A model's place in the registry: what is to be served and what has become of it. */
import type { LoadedModel } from '../domain/engine.ts';
import type { ModelFacts, ModelState, ModelVersion } from '../domain/model.ts';

/** One model as the caller wants it served. */
export interface ModelToServe {
  readonly name: string;
  readonly facts: ModelFacts;
  /** The versions to load; empty when the model is known but not installed. */
  readonly versions: readonly ModelVersion[];
  /** Every version on disk, served or not. */
  readonly installedVersions: readonly number[];
  /** The command that installs the model when it is not installed. */
  readonly installCommand?: string | undefined;
  /** Why none of it can be served, whatever is on disk: a sentence that a client may read. */
  readonly fault?: string | undefined;
}

/** One version's place in the registry. */
export interface VersionSlot {
  readonly model: ModelVersion;
  state: ModelState;
  loaded?: LoadedModel;
  reason?: string;
}

export interface ModelSlot extends ModelToServe {
  /** Highest version first. */
  readonly slots: readonly VersionSlot[];
}

/** A model with none of its versions loaded yet; one with a fault has failed already. */
export function toSlot(model: ModelToServe): ModelSlot {
  const { fault } = model;
  const begin: Omit<VersionSlot, 'model'> =
    fault === undefined ? { state: 'waiting' } : { state: 'failed', reason: fault };
  const versions = [...model.versions].sort((left, right) => right.version - left.version);
  return { ...model, slots: versions.map((version) => ({ model: version, ...begin })) };
}

/** Marks a version as unable to answer for a reason a client may read. */
export function fail(slot: VersionSlot, reason: string): void {
  slot.state = 'failed';
  slot.reason = reason;
  delete slot.loaded;
}
