/** The versions of a model that one or several `model-settings.json` describe, or why there are none. */
import path from 'node:path';

import type { InstalledVersion } from '../domain/model.ts';
import { convertCommand, type Weights } from './convert-command.ts';
import { versionsIn } from './folder-contents.ts';
import type { ModelSettings } from './model-settings.ts';
import type { FoundSettings } from './settings-found.ts';
import { settingsPlace } from './settings-place.ts';

export interface SettingsVersions {
  /** Ascending. */
  readonly versions: readonly InstalledVersion[];
  /** For the operator; they may name paths. */
  readonly faults: readonly string[];
  /** The folder that the first file leads to, which may hold a manifest too. */
  readonly place: string | undefined;
  readonly settings: ModelSettings | undefined;
  /** Why it cannot be served: a sentence that a client may read. */
  readonly refusal?: string | undefined;
  /** Whether another model that is installed may be meant: the files name one and hold none. */
  readonly isElsewhere: boolean;
  /** What lies there instead of a SavedModel. */
  readonly weights: Weights | undefined;
}

/**
 * @param home the model's folder
 * @param found those of one model, at least one
 */
export async function settingsVersions(
  name: string,
  home: string,
  found: readonly FoundSettings[],
): Promise<SettingsVersions> {
  const versions = new Map<number, InstalledVersion>();
  const faults: string[] = [];
  let place: string | undefined;
  let isPlaced = false;
  let weights: Weights | undefined;
  for (const { folder, origin, faults: wrong } of found) {
    faults.push(...wrong);
    if (origin === undefined) continue;
    const here = await settingsPlace(name, origin);
    faults.push(...here.faults);
    place ??= here.folder;
    isPlaced ||= here.folder !== undefined;
    for (const version of here.versions) {
      if (!versions.has(version.version)) versions.set(version.version, version);
      else faults.push(repeated(folder, version));
    }
    weights ??= here.weights;
    // For one of the hub, what to do depends on which models are installed.
    const isBare = here.versions.length === 0 && origin.settings.huggingFaceId === undefined;
    if (isBare && here.weights !== undefined) faults.push(unconverted(here.weights, folder));
    else if (isBare && here.folder !== undefined) faults.push(empty(here.folder));
  }
  for (const version of await plainVersions(name, home, found)) {
    const described = [...versions.values()];
    if (described.some(({ folder }) => folder === version.folder)) continue;
    if (!versions.has(version.version)) versions.set(version.version, version);
    else faults.push(hidden(version));
  }
  const settings = found.find(({ origin }) => origin !== undefined)?.origin?.settings;
  const ascending = [...versions.values()].sort((one, other) => one.version - other.version);
  const isElsewhere = ascending.length === 0 && isPlaced && settings?.huggingFaceId !== undefined;
  return {
    versions: ascending,
    faults,
    place,
    settings,
    refusal: ascending.length > 0 ? undefined : refusalOf(settings),
    isElsewhere,
    weights,
  };
}

/** Where only some of the version folders have such a file, the others are versions as ever. */
async function plainVersions(
  name: string,
  home: string,
  found: readonly FoundSettings[],
): Promise<readonly InstalledVersion[]> {
  if (found.some(({ folder }) => folder === home)) return [];
  const { versions } = await versionsIn(name, home);
  return versions.filter((version) => !found.some(({ folder }) => folder === version.folder));
}

function refusalOf(settings: ModelSettings | undefined): string {
  const log = 'the log of the server says why';
  if (settings === undefined) return `Its model-settings.json is not right; ${log}.`;
  return `Its model-settings.json leads to no SavedModel; ${log}.`;
}

function repeated(folder: string, { name, version }: InstalledVersion): string {
  return `The model-settings.json in ${folder} describes version ${version} of ${name} once more; give each its own name or parameters.version.`;
}

function hidden({ version, folder }: InstalledVersion): string {
  return `The folder ${folder} is not served: a model-settings.json gives the number ${version} to another version; rename one of the two.`;
}

function unconverted(weights: Weights, folder: string): string {
  return `${path.basename(weights.file)} holds trained weights, which are converted before they are served: ${convertCommand(weights, folder)}`;
}

function empty(place: string): string {
  return `model-settings.json leads to ${place}, which holds no SavedModel: neither saved_model.pb nor a folder such as 1 with it.`;
}
