/** Tells whether a compiled model failed to be written for want of disk space. */
import { readdir, stat, statfs } from 'node:fs/promises';
import path from 'node:path';

/**
 * A compiled model is about as large as the SavedModel. ONNX Runtime says only that it could not write, so the disk is
 * asked instead, while what was written is still there.
 *
 * @param target where the compiled model is being written.
 * @param source the SavedModel's folder.
 */
export async function lacksRoom(target: string, source: string): Promise<boolean> {
  try {
    const { bavail, bsize } = await statfs(target);
    return bavail * bsize < (await bytesIn(source));
  } catch {
    return false;
  }
}

async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const sizes = entries
    .filter((entry) => !entry.isDirectory())
    .map(async (entry) => (await stat(path.join(entry.parentPath, entry.name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
