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

async function removeFrom(folder: string): Promise<string[]> {
  const entries = await readdir(folder);
  const versions = entries
    .filter((entry) => /^\d+$/.test(entry))
    .sort((first, second) => Number(first) - Number(second));
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

/**
 * Removes every version of a model from each models folder, and what an interrupted pull has left.
 *
 * @throws RepositoryError when the name is not a plain folder name, the model's folder is a link to elsewhere, or
 * another command is changing it.
 */
export async function removeModel(directories: readonly string[], name: string): Promise<RemovedVersions[]> {
  if (!isModelName(name)) {
    throw new RepositoryError(
      `"${name}" is not the name of a model; give a plain folder name as "fovea models list" shows it.`,
    );
  }
  const removed: RemovedVersions[] = [];
  for (const directory of directories) {
    const folder = path.join(directory, name);
    const found = await lstat(folder).catch((cause: unknown) => {
      if (errorCode(cause) !== 'ENOENT') {
        throw cause;
      }
      return undefined;
    });
    if (found?.isSymbolicLink() === true) {
      throw new RepositoryError(
        `${folder} is a link to another folder, whose files are not removed; delete the link itself if it must go.`,
      );
    }
    if (found?.isDirectory() === true) {
      const versions = await withModelLock(folder, () => removeFrom(folder));
      if (versions.length > 0) {
        removed.push({ directory, versions });
      }
    }
  }
  return removed;
}
