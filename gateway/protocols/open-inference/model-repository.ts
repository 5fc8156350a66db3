/** What the model repository extension says of each model, and the port to what loads and unloads them. */
import type { ModelState } from '../../domain/model.ts';
import type { ModelListing } from '../../inference/model-listing.ts';

/** Loads and unloads models on request. */
export interface ModelControl {
  /** Loads the model, or loads it anew; @throws ServingError `model-not-found`, or what loading throws */
  load(name: string): Promise<void>;
  /** Releases the model, which then answers `model-not-ready`; @throws ServingError `model-not-found` */
  unload(name: string): Promise<void>;
}

/** One version of a model, in the words of the protocol. */
export interface IndexEntry {
  readonly name: string;
  /** Absent for a model without a version to serve. */
  readonly version?: string;
  readonly state: 'READY' | 'LOADING' | 'UNAVAILABLE';
  /** Empty when there is nothing to say. */
  readonly reason: string;
}

const states: Readonly<Record<ModelState, IndexEntry['state']>> = {
  'not-installed': 'UNAVAILABLE',
  waiting: 'LOADING',
  loading: 'LOADING',
  ready: 'READY',
  failed: 'UNAVAILABLE',
};

/** A version as the protocol tells it: MLServer's are texts of their owners. */
export function versionText({
  version,
  label,
}: {
  readonly version: number;
  readonly label?: string | undefined;
}): string {
  return label ?? String(version);
}

export function repositoryIndex(
  models: readonly ModelListing[],
  isReadyOnly: boolean,
): readonly IndexEntry[] {
  const entries = models.flatMap(({ name, versions, state, reason = '' }): readonly IndexEntry[] =>
    versions.length === 0
      ? [{ name, state: states[state], reason }]
      : versions.map((one) => ({
          name,
          version: versionText(one),
          state: states[one.state],
          reason: one.reason ?? '',
        })),
  );
  return entries.filter(({ state }) => !isReadyOnly || state === 'READY');
}
