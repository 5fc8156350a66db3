/** Puts what describes a model, its manifest, labels and card, beside versions that were pulled elsewhere. */
import { copyFile, readdir } from 'node:fs/promises';
import path from 'node:path';

import { writeFault } from './file-system-words.ts';

/**
 * Copies the plain files of `from`; what `to` has already is left as it is.
 *
 * @throws RepositoryError when `to` cannot be written.
 */
export async function copyDescription(from: string | undefined, to: string): Promise<void> {
  if (from === undefined) return;
  const present = await readdir(to);
  const entries = await readdir(from, { withFileTypes: true });
  const missing = entries.filter((entry) => entry.isFile() && !present.includes(entry.name));
  try {
    // The manifest comes last: from then on the folder describes itself, and whole.
    for (const { name } of missing.sort((one, other) => rank(one.name) - rank(other.name))) {
      if (!name.startsWith('.')) await copyFile(path.join(from, name), path.join(to, name));
    }
  } catch (cause) {
    throw writeFault(cause, to) ?? cause;
  }
}

const rank = (name: string): number => Number(name === 'manifest.json');
