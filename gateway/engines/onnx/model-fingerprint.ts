/** A hash that changes when a SavedModel's files do, cheap enough to compute at every start. */
import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileSha256 } from '../../../converter/file-sha256.ts';

/** Small, and between them they hold the graph and a checksum of every variable. */
const readInFull = new Set(['saved_model.pb', 'variables.index']);

/**
 * Name, size and modification time in whole seconds of every file; content too of those that describe the others.
 *
 * @returns lower-case hexadecimal; rejects with the file system's error.
 */
export async function modelFingerprint(folder: string): Promise<string> {
  const hash = createHash('sha256');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.join(entry.parentPath, entry.name));
  for (const file of files.sort()) {
    const { size, mtimeMs } = await stat(file);
    // A container image that was pulled has lost the fractions; the same model stays the same there.
    const seconds = Math.floor(mtimeMs / 1000);
    const content = readInFull.has(path.basename(file)) ? await fileSha256(file) : '';
    hash.update(JSON.stringify([path.relative(folder, file), size, seconds, content]));
  }
  return hash.digest('hex');
}
