/** Makes a folder and the parents it lacks, and gives up where the system makes none. */
import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * For paths that people give: the `recursive` of Node.js 20 tries for ever where the system answers ENOENT although the
 * parent is there, as below /proc.
 *
 * @returns absolute path of the first folder that was made; `undefined` when all were there. Rejects with the file
 * system's error.
 */
export async function makeFolder(folder: string): Promise<string | undefined> {
  const place = path.resolve(folder);
  const parent = path.dirname(place);
  try {
    return await makeOne(place);
  } catch (cause) {
    if (!isMissing(cause) || parent === place) throw cause;
  }
  const first = await makeFolder(parent);
  const made = await makeOne(place);
  return first ?? made;
}

async function makeOne(place: string): Promise<string | undefined> {
  try {
    await mkdir(place);
    return place;
  } catch (cause) {
    // What the system says of a folder that is there already differs: EEXIST, EISDIR, EROFS.
    const isThere = await stat(place).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (isThere) return undefined;
    throw cause;
  }
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
}
