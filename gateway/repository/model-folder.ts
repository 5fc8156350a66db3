/** What lies in the folders of MODELS_DIR: models, their manifests, labels and versions. */
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';

import type { Labels } from '../domain/labels.ts';
import type { ModelVersion } from '../domain/model.ts';
import { parseManifest, type Manifest } from './manifest.ts';
import { readLabels } from './read-labels.ts';
import { isModelName } from './relative-path.ts';
import { errorCode } from './file-system-words.ts';

/** A model that has a manifest, an installed version, or both. */
export interface InstalledModel {
  readonly name: string;
  /** The folder of the manifest, where a pull installs; without a manifest, the folder of the versions. */
  readonly folder: string;
  readonly manifest: Manifest | undefined;
  readonly labels: Labels | undefined;
  /** Ascending; empty when the model is known but not installed. */
  readonly versions: readonly ModelVersion[];
  /** Sentences about what is wrong on disk; the model is served from the rest as far as that goes. */
  readonly faults: readonly string[];
}

/** Everything found in the folders of MODELS_DIR. */
export interface ModelSurvey {
  /** In alphabetical order of their names. */
  readonly models: readonly InstalledModel[];
  /** Sentences about folders of the list that cannot be read. */
  readonly faults: readonly string[];
}

interface VersionFolders {
  readonly versions: readonly ModelVersion[];
  readonly faults: readonly string[];
}

async function versionsIn(name: string, folder: string): Promise<VersionFolders> {
  const versions = new Map<number, ModelVersion>();
  const faults: string[] = [];
  const entries = await readdir(folder).catch((cause: unknown) => {
    faults.push(`The folder ${folder} cannot be read (${errorCode(cause)}); check its permissions.`);
    return [];
  });
  for (const entry of entries.filter((candidate) => /^\d+$/.test(candidate)).sort()) {
    const version = Number(entry);
    const versionFolder = path.join(folder, entry);
    // stat follows symbolic links: operators link versions from a shared disk.
    const isFolder = await stat(versionFolder).then(
      (found) => found.isDirectory(),
      () => false,
    );
    const isComplete = await stat(path.join(versionFolder, 'saved_model.pb')).then(
      (found) => found.isFile(),
      () => false,
    );
    if (!Number.isSafeInteger(version)) {
      faults.push(`The version ${entry} is too large a number; rename the folder to a number below 2^53.`);
    } else if (versions.has(version)) {
      faults.push(`The folder ${entry} repeats version ${version}; remove one of the two.`);
    } else if (isFolder && isComplete) {
      versions.set(version, { name, version, folder: versionFolder });
    } else if (isFolder) {
      faults.push(`Version ${entry} holds no saved_model.pb; complete the folder or remove it.`);
    }
  }
  return { versions: [...versions.values()].sort((first, second) => first.version - second.version), faults };
}

interface ManifestFound {
  readonly exists: boolean;
  readonly manifest: Manifest | undefined;
  readonly faults: readonly string[];
}

async function manifestIn(folder: string): Promise<ManifestFound> {
  let json: string;
  try {
    json = await readFile(path.join(folder, 'manifest.json'), 'utf8');
  } catch (cause) {
    const code = errorCode(cause);
    return code === 'ENOENT'
      ? { exists: false, manifest: undefined, faults: [] }
      : { exists: true, manifest: undefined, faults: [`manifest.json cannot be read (${code}).`] };
  }
  const result = parseManifest(json);
  return result.ok
    ? { exists: true, manifest: result.manifest, faults: [] }
    : { exists: true, manifest: undefined, faults: result.faults };
}

/** Puts one model together from the folders that bear its name, in the order of the list. */
async function assemble(name: string, folders: readonly string[]): Promise<InstalledModel | undefined> {
  let described: { folder: string; found: ManifestFound } | undefined;
  let installed: { folder: string; versions: readonly ModelVersion[] } | undefined;
  const faults: string[] = [];
  for (const folder of folders) {
    const found: ManifestFound = described === undefined ? await manifestIn(folder) : described.found;
    if (described === undefined && found.exists) {
      described = { folder, found };
      faults.push(...found.faults);
    }
    const present = installed === undefined ? await versionsIn(name, folder) : undefined;
    faults.push(...(present?.faults ?? []));
    if (present !== undefined && present.versions.length > 0) {
      installed = { folder, versions: present.versions };
    }
  }
  const folder = described?.folder ?? installed?.folder ?? (faults.length > 0 ? folders[0] : undefined);
  if (folder === undefined) {
    return undefined;
  }
  const labels = await readLabels({
    manifest: described?.found.manifest,
    manifestFolder: described?.folder,
    versionsFolder: installed?.folder,
  });
  return {
    name,
    folder,
    manifest: described?.found.manifest,
    labels: labels.labels,
    versions: installed?.versions ?? [],
    faults: [...faults, ...labels.faults],
  };
}

/**
 * Reads every folder of the list. A missing folder is no fault; one that cannot be read is.
 *
 * When several folders hold the same name, the manifest comes from the first that has one and the versions, all of
 * them, from the first that has any: a manifest that lies with the program describes weights on a data disk, and
 * versions of two folders are never mixed.
 */
export async function surveyModels(directories: readonly string[]): Promise<ModelSurvey> {
  const folders = new Map<string, string[]>();
  const faults: string[] = [];
  for (const directory of directories) {
    const entries = await readdir(directory).catch((cause: unknown) => {
      if (errorCode(cause) !== 'ENOENT') {
        faults.push(`The models folder ${directory} cannot be read (${errorCode(cause)}); check MODELS_DIR.`);
      }
      return [];
    });
    for (const name of entries.filter(isModelName)) {
      const folder = path.resolve(directory, name);
      if (
        await stat(folder).then(
          (found) => found.isDirectory(),
          () => false,
        )
      ) {
        folders.set(name, [...(folders.get(name) ?? []), folder]);
      }
    }
  }
  const models: InstalledModel[] = [];
  for (const name of [...folders.keys()].sort()) {
    const model = await assemble(name, folders.get(name) ?? []);
    if (model !== undefined) {
      models.push(model);
    }
  }
  return { models, faults };
}

/** The models of {@link surveyModels} alone. */
export async function listInstalledModels(directories: readonly string[]): Promise<InstalledModel[]> {
  return [...(await surveyModels(directories)).models];
}
