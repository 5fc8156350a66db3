/** What lies in the folders of MODELS_DIR, and what the package adds to it: models, their manifests, labels, versions. */
import { realpath } from 'node:fs/promises';
import path from 'node:path';

import { assembleModel } from './assemble-model.ts';
import { mayBeFolder } from './folder-contents.ts';
import { withHubModel } from './hugging-face-models.ts';
import type { InstalledModel } from './installed-model.ts';
import { modelPlacesIn } from './model-places.ts';
import { isModelName } from './relative-path.ts';

/** The models that the package itself knows, whatever MODELS_DIR says. */
export interface ShippedModels {
  /** Absolute path of the package's own `models/`. */
  readonly directory: string;
  /** Whether versions that lie there count as installed; otherwise it gives manifests and labels only. */
  readonly hasVersions: boolean;
}

/** Everything found in the folders of MODELS_DIR. */
export interface ModelSurvey {
  /** In alphabetical order of their names. */
  readonly models: readonly InstalledModel[];
  /** Sentences about folders of the list that cannot be read, or that hold a SavedModel where none is looked for. */
  readonly faults: readonly string[];
}

/** In a checkout the package's own folder is on the list, and needs no rule of its own. */
async function isListed(directory: string, directories: readonly string[]): Promise<boolean> {
  const real = async (place: string): Promise<string> => realpath(place).catch(() => path.resolve(place));
  return (await Promise.all(directories.map(real))).includes(await real(directory));
}

/**
 * Reads every folder of the list. A missing folder is no fault; one that cannot be read is.
 *
 * When several folders hold the same name, the manifest comes from the first that has one and the versions, all of
 * them, from the first that has any: a manifest that lies with the program describes weights on a data disk, and
 * versions of two folders are never mixed. A folder that cannot be read makes the model unreadable as long as manifest
 * or versions are still looked for; once both are found it is a fault and no more. The models of the package come after
 * all others: what a folder of the list says about a model always wins.
 *
 * A `model-settings.json` of MLServer names the model, its version and where that lies; everything else is for the
 * manifest to say.
 *
 * @param directories absolute paths
 */
export async function surveyModels(
  directories: readonly string[],
  shipped?: ShippedModels,
): Promise<ModelSurvey> {
  const { places, faults } = await modelPlacesIn(directories);
  const last =
    shipped === undefined || (await isListed(shipped.directory, directories)) ? undefined : shipped;
  const known = last === undefined ? undefined : await modelPlacesIn([last.directory]);
  const models: InstalledModel[] = [];
  for (const name of [...new Set([...places.keys(), ...(known?.places.keys() ?? [])])].sort()) {
    const shippedFolder = known?.places.get(name)?.[0]?.folder;
    const model = await assembleModel({
      name,
      places: places.get(name) ?? [],
      target: path.resolve(directories[0] ?? '', name),
      shipped:
        last === undefined || shippedFolder === undefined
          ? undefined
          : { folder: shippedFolder, hasVersions: last.hasVersions },
    });
    if (model !== undefined) {
      models.push(model);
    }
  }
  return { models: models.map((model) => withHubModel(model, models)), faults };
}

/**
 * One model whose folder lies anywhere and whose name the caller chooses; `undefined` when there is nothing in it.
 *
 * @param folder absolute path
 */
export async function modelAt(
  name: string,
  folder: string,
  shipped?: ShippedModels,
): Promise<InstalledModel | undefined> {
  const described = path.join(shipped?.directory ?? folder, name);
  const isDescribed = shipped !== undefined && isModelName(name) && (await mayBeFolder(described));
  return assembleModel({
    name,
    places: (await mayBeFolder(folder)) ? [{ folder, settings: [] }] : [],
    target: folder,
    shipped: isDescribed ? { folder: described, hasVersions: false } : undefined,
  });
}

/** The models of {@link surveyModels} alone. */
export async function listInstalledModels(directories: readonly string[]): Promise<InstalledModel[]> {
  return [...(await surveyModels(directories)).models];
}
