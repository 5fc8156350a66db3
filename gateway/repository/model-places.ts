/** Which folders of MODELS_DIR hold which model: by their names, or by what a `model-settings.json` in them says. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';

import { errorCode } from './file-system-words.ts';
import { mayBeFolder, versionsIn } from './folder-contents.ts';
import { isFile } from './is-file.ts';
import { misplacedModelsFolder, overlookedFolder } from './overlooked-folder.ts';
import { isModelName } from './relative-path.ts';
import { settingsIn, type FoundSettings } from './settings-found.ts';
import { isClaimed, isTaken } from './settings-place.ts';

/** One model's place in one of the models folders. */
export interface ModelPlace {
  /** Holds the manifest, and the version folders unless settings say where those are. */
  readonly folder: string;
  /** The files of MLServer that describe this model, each one version or several; none for a folder of Fovea's own. */
  readonly settings: readonly FoundSettings[];
}

export interface PlacesByName {
  /** In the order of the list, by the model's name. */
  readonly places: ReadonlyMap<string, readonly ModelPlace[]>;
  readonly faults: readonly string[];
}

/** @param directories absolute paths */
export async function modelPlacesIn(directories: readonly string[]): Promise<PlacesByName> {
  const places = new Map<string, readonly ModelPlace[]>();
  const faults: string[] = [];
  for (const directory of directories) {
    const found = await placesOf(directory, directories);
    faults.push(...found.faults);
    for (const [name, here] of found.places) places.set(name, [...(places.get(name) ?? []), ...here]);
  }
  return { places, faults };
}

async function placesOf(directory: string, roots: readonly string[]): Promise<PlacesByName> {
  const faults: string[] = [];
  const entries = await readdir(directory, { withFileTypes: true }).catch((cause: unknown) => {
    if (errorCode(cause) !== 'ENOENT') {
      faults.push(`The models folder ${directory} cannot be read (${errorCode(cause)}); check MODELS_DIR.`);
    }
    return [];
  });
  const names = entries.map(({ name }) => name).sort();
  const { settings, unnamed } = await settingsIn(directory, names, roots);
  faults.push(...unnamed.map(({ fault }) => fault));
  const isDescribed = settings.some(({ folder }) => folder === directory);
  const misplaced = isDescribed ? undefined : await misplacedModelsFolder(directory, names);
  if (misplaced !== undefined) faults.push(misplaced);
  const places = new Map<string, readonly ModelPlace[]>();
  for (const { name, home } of settings) {
    const ofName = settings.filter((one) => one.name === name);
    if (!places.has(name)) places.set(name, [{ folder: home, settings: ofName }]);
  }
  for (const entry of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
    const folder = path.resolve(directory, entry.name);
    const isUnnamed = unnamed.some((one) => one.folder === folder);
    if (isUnnamed || (await isOfSettings(folder, settings))) continue;
    const overlooked = await overlookedFolder(directory, entry.name);
    if (overlooked !== undefined) faults.push(overlooked);
    if (isModelName(entry.name) && !entry.isFile() && (await mayBeFolder(folder))) {
      const plain = { folder, settings: [] };
      places.set(entry.name, [...(places.get(entry.name) ?? []), plain]);
    }
  }
  return { places, faults };
}

/**
 * A folder with a manifest is a model of its own, even where another one borrows its versions, and so is one with a
 * version that no file describes: nobody loses a model by a file inside of it.
 */
async function isOfSettings(folder: string, settings: readonly FoundSettings[]): Promise<boolean> {
  if (settings.some((found) => found.folder === folder || found.home === folder)) return true;
  const isWanted = settings.some(
    ({ origin, folder: own }) =>
      path.dirname(own) === folder || (origin !== undefined && isClaimed(folder, origin)),
  );
  if (!isWanted || (await isFile(path.join(folder, 'manifest.json')))) return false;
  const { versions } = await versionsIn(path.basename(folder), folder);
  return versions.every((version) =>
    settings.some(
      ({ origin, folder: own }) =>
        own === version.folder || (origin !== undefined && isTaken(version.folder, origin)),
    ),
  );
}
