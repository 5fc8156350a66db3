/** What one model's folder holds: its manifest and its version folders. */
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';

import type { ModelVersion } from '../domain/model.ts';
import { errorCode } from './file-system-words.ts';
import { parseManifest, type Manifest } from './manifest.ts';

/** Follows symbolic links: operators link models and versions from a shared disk. */
export async function isFolder(place: string): Promise<boolean> {
  return stat(place).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** Numeric folders of a model, and what is wrong with them. */
export interface VersionFolders {
  readonly versions: readonly ModelVersion[];
  readonly faults: readonly string[];
}

/** The versions that TensorFlow Serving would see in a model's folder, ascending. */
export async function versionsIn(name: string, folder: string): Promise<VersionFolders> {
  const versions = new Map<number, ModelVersion>();
  const faults: string[] = [];
  const entries = await readdir(folder).catch((cause: unknown) => {
    faults.push(`The folder ${folder} cannot be read (${errorCode(cause)}); check its permissions.`);
    return [];
  });
  for (const entry of entries.filter((candidate) => /^\d+$/.test(candidate)).sort()) {
    const version = Number(entry);
    const versionFolder = path.join(folder, entry);
    const isVersion = await isFolder(versionFolder);
    const isComplete = await stat(path.join(versionFolder, 'saved_model.pb')).then(
      (found) => found.isFile(),
      () => false,
    );
    if (!Number.isSafeInteger(version)) {
      faults.push(`The version ${entry} is too large a number; rename the folder to a number below 2^53.`);
    } else if (versions.has(version)) {
      faults.push(`The folder ${entry} repeats version ${version}; remove one of the two.`);
    } else if (isVersion && isComplete) {
      versions.set(version, { name, version, folder: versionFolder });
    } else if (isVersion) {
      faults.push(`Version ${entry} holds no saved_model.pb; complete the folder or remove it.`);
    }
  }
  return { versions: [...versions.values()].sort((first, second) => first.version - second.version), faults };
}

/** What became of reading a manifest; faulty ones exist without a value. */
export interface ManifestFound {
  readonly exists: boolean;
  readonly manifest: Manifest | undefined;
  readonly faults: readonly string[];
}

export async function manifestIn(folder: string): Promise<ManifestFound> {
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
