/** Uninstalls a model: its version folders go, its manifest, labels and card stay. */
import { lstat, readdir, rm } from 'node:fs/promises';
import path from 'node:path';

import { errorCode, writeFault } from './file-system-words.ts';
import { withModelLock } from './pull-lock.ts';
import { isModelName } from './relative-path.ts';
import { RepositoryError } from './repository-error.ts';

/** What was removed from one of the models folders. */
export interface RemovedVersions {
  /** The models folder, as listed in MODELS_DIR. */
  readonly directory: string;
  /** Names of the version folders, in ascending order. */
  readonly versions: readonly string[];
}

const versionsAmong = (entries: readonly string[]): string[] =>
  entries.filter((entry) => /^\d+$/.test(entry)).sort((first, second) => Number(first) - Number(second));

function readFault(cause: unknown, folder: string): RepositoryError {
  return new RepositoryError(
    `The folder ${folder} cannot be read (${errorCode(cause)}), so nothing in it was removed; check its permissions.`,
    { cause },
  );
}

/** @throws RepositoryError when the folder cannot be read. */
async function entriesOf(folder: string): Promise<string[]> {
  return readdir(folder).catch((cause: unknown) => {
    throw readFault(cause, folder);
  });
}

async function removeFrom(folder: string): Promise<string[]> {
  const entries = await entriesOf(folder);
  const versions = versionsAmong(entries);
  const leftovers = entries.filter((entry) => /^\.pull-\d+$/.test(entry));
  try {
    for (const entry of [...versions, ...leftovers]) {
      // A version that is a symbolic link loses the link and keeps what it points to.
      await rm(path.join(folder, entry), { recursive: true, force: true });
    }
  } catch (cause) {
    throw writeFault(cause, folder) ?? cause;
  }
  return versions;
}

/** The model's own folders in the models folders. */
async function foldersOf(
  directories: readonly string[],
  name: string,
): Promise<{ directory: string; folder: string }[]> {
  const folders: { directory: string; folder: string }[] = [];
  for (const directory of directories) {
    const folder = path.join(directory, name);
    const found = await lstat(folder).catch((cause: unknown) => {
      if (errorCode(cause) !== 'ENOENT') {
        throw readFault(cause, folder);
      }
      return undefined;
    });
    if (found?.isSymbolicLink() === true) {
      throw new RepositoryError(
        `${folder} is a link to another folder, whose files are not removed; delete the link itself if it must go.`,
      );
    }
    if (found?.isDirectory() === true) folders.push({ directory, folder });
  }
  return folders;
}

/**
 * Removes every version of a model from each models folder, and what an interrupted pull has left.
 *
 * @param mayGo asked about every version before the first one goes; one that may not keeps them all.
 * @throws RepositoryError when the name is not a plain folder name, the model's folder is a link to elsewhere or cannot
 * be read, a version may not go, or another command is changing the folder.
 */
export async function removeModel(
  directories: readonly string[],
  name: string,
  mayGo: (version: number) => Promise<boolean> = () => Promise.resolve(true),
): Promise<RemovedVersions[]> {
  if (!isModelName(name)) {
    throw new RepositoryError(
      `"${name}" is not the name of a model; give a plain folder name as "fovea models list" shows it.`,
    );
  }
  const folders = await foldersOf(directories, name);
  for (const { directory, folder } of folders) {
    for (const version of versionsAmong(await entriesOf(folder))) {
      if (await mayGo(Number(version))) continue;
      throw new RepositoryError(
        `No pull could bring ${name}/${version} back, which lies in ${directory}; nothing was removed. Add --force to delete it for good.`,
      );
    }
  }
  const removed: RemovedVersions[] = [];
  for (const { directory, folder } of folders) {
    const versions = await withModelLock(folder, () => removeFrom(folder));
    if (versions.length > 0) removed.push({ directory, versions });
  }
  return removed;
}
