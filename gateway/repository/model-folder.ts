/** What lies in the folders of MODELS_DIR, and what the package adds to it: models, their manifests, labels, versions. */
import { readdir, realpath } from 'node:fs/promises';
import path from 'node:path';

import type { Labels } from '../domain/labels.ts';
import type { InstalledVersion } from '../domain/model.ts';
import { listingOf, manifestIn, mayBeFolder, versionsIn, type ManifestFound } from './folder-contents.ts';
import type { Manifest } from './manifest.ts';
import { misplacedModelsFolder, overlookedFolder } from './overlooked-folder.ts';
import { readLabels } from './read-labels.ts';
import { isModelName } from './relative-path.ts';
import { errorCode } from './file-system-words.ts';

/** A model that has a manifest, an installed version, or both. */
export interface InstalledModel {
  readonly name: string;
  /**
   * Where a pull installs: the folder of the manifest; when only the package has a manifest, the folder of the versions
   * or, without any, the one to be made in the first folder of the list; without a manifest, the folder of the versions.
   */
  readonly folder: string;
  /**
   * The model's folder in the package, when the manifest comes from there because no folder of the list has one. It is
   * only read: a pull makes `folder` and copies what describes the model, its manifest, labels and card, from here.
   */
  readonly shippedFolder?: string | undefined;
  readonly manifest: Manifest | undefined;
  readonly labels: Labels | undefined;
  /** Ascending; empty when the model is known but not installed. */
  readonly versions: readonly InstalledVersion[];
  /** What the system does not let be read; nobody can tell then what the model is, so it cannot be served. */
  readonly unreadable: Unreadable | undefined;
  /** Sentences about what is wrong on disk; the model is served from the rest as far as that goes. */
  readonly faults: readonly string[];
}

export type Unreadable = 'folder' | 'manifest';

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

/** The folders that bear one model's name. */
interface PlacesOfName {
  readonly name: string;
  /** In the order of the list. */
  readonly folders: readonly string[];
  /** Where a pull would put a model that only the package knows. */
  readonly target: string;
  readonly shipped: { readonly folder: string; readonly hasVersions: boolean } | undefined;
}

/** Puts one model together from the folders that bear its name, in the order of the list. */
async function assemble({
  name,
  folders,
  target,
  shipped,
}: PlacesOfName): Promise<InstalledModel | undefined> {
  const places = folders.map((folder) => ({ folder, hasVersions: true }));
  let described: { folder: string; found: ManifestFound } | undefined;
  let installed: { folder: string; versions: readonly InstalledVersion[] } | undefined;
  let unreadable: Unreadable | undefined;
  const faults: string[] = [];
  for (const { folder, hasVersions } of shipped === undefined ? places : [...places, shipped]) {
    const isSearched = installed === undefined && hasVersions;
    const present = isSearched
      ? await versionsIn(name, folder)
      : { versions: [], ...(await listingOf(folder)) };
    const found: ManifestFound = described === undefined ? await manifestIn(folder) : described.found;
    if (described === undefined && found.exists) {
      described = { folder, found };
      // What keeps the folder from being read keeps the manifest too, and is told once.
      if (found.isReadable || present.isReadable) faults.push(...found.faults);
      if (!found.isReadable) unreadable ??= present.isReadable ? 'manifest' : 'folder';
    }
    faults.push(...present.faults);
    if (isSearched && !present.isReadable) unreadable = 'folder';
    if (present.versions.length > 0) installed = { folder, versions: present.versions };
  }
  const isShipped = described !== undefined && described.folder === shipped?.folder;
  const ownFolder = installed?.folder === shipped?.folder ? undefined : installed?.folder;
  const folder = isShipped
    ? (ownFolder ?? target)
    : (described?.folder ?? installed?.folder ?? (faults.length > 0 ? folders[0] : undefined));
  if (folder === undefined) {
    return undefined;
  }
  // Where labels lie is for the manifest to say, and beside what cannot be read they would fail for the same reason.
  const labels =
    unreadable === undefined
      ? await readLabels({
          manifest: described?.found.manifest,
          manifestFolder: described?.folder,
          versionsFolder: installed?.folder,
          isShipped,
        })
      : { labels: undefined, faults: [] };
  return {
    name,
    folder,
    ...(isShipped ? { shippedFolder: described?.folder } : {}),
    manifest: described?.found.manifest,
    labels: labels.labels,
    versions: installed?.versions ?? [],
    unreadable,
    faults: [...faults, ...labels.faults],
  };
}

interface FoldersByName {
  /** In the order of the list, by the model's name. */
  readonly folders: ReadonlyMap<string, readonly string[]>;
  readonly faults: readonly string[];
}

async function modelFoldersIn(directories: readonly string[]): Promise<FoldersByName> {
  const folders = new Map<string, readonly string[]>();
  const faults: string[] = [];
  for (const directory of directories) {
    const entries = await readdir(directory, { withFileTypes: true }).catch((cause: unknown) => {
      if (errorCode(cause) !== 'ENOENT') {
        faults.push(`The models folder ${directory} cannot be read (${errorCode(cause)}); check MODELS_DIR.`);
      }
      return [];
    });
    const names = entries.map(({ name }) => name).sort();
    const misplaced = await misplacedModelsFolder(directory, names);
    if (misplaced !== undefined) faults.push(misplaced);
    for (const name of names) {
      const overlooked = await overlookedFolder(directory, name);
      if (overlooked !== undefined) faults.push(overlooked);
    }
    for (const entry of entries) {
      const { name } = entry;
      const folder = path.resolve(directory, name);
      if (isModelName(name) && !entry.isFile() && (await mayBeFolder(folder))) {
        folders.set(name, [...(folders.get(name) ?? []), folder]);
      }
    }
  }
  return { folders, faults };
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
 */
export async function surveyModels(
  directories: readonly string[],
  shipped?: ShippedModels,
): Promise<ModelSurvey> {
  const { folders, faults } = await modelFoldersIn(directories);
  const last =
    shipped === undefined || (await isListed(shipped.directory, directories)) ? undefined : shipped;
  const known = last === undefined ? undefined : await modelFoldersIn([last.directory]);
  const models: InstalledModel[] = [];
  for (const name of [...new Set([...folders.keys(), ...(known?.folders.keys() ?? [])])].sort()) {
    const [shippedFolder] = known?.folders.get(name) ?? [];
    const model = await assemble({
      name,
      folders: folders.get(name) ?? [],
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
  return { models, faults };
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
  return assemble({
    name,
    folders: (await mayBeFolder(folder)) ? [folder] : [],
    target: folder,
    shipped: isDescribed ? { folder: described, hasVersions: false } : undefined,
  });
}

/** The models of {@link surveyModels} alone. */
export async function listInstalledModels(directories: readonly string[]): Promise<InstalledModel[]> {
  return [...(await surveyModels(directories)).models];
}
