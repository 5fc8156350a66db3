/** Takes compiled models out of the cache: what is damaged, and what another one replaces. */
import { readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { readCacheOrigin } from './cache-entry.ts';
import type { CacheOrigin } from './cache-entry.ts';
import { makeWorkFolder } from './work-folder.ts';

/** Out of the way by one rename, so that no reader ever sees half an entry; open files stay valid. */
export async function discardEntry(folder: string): Promise<void> {
  const bin = await makeWorkFolder(path.dirname(folder), 'discarded');
  try {
    await rename(folder, path.join(bin, 'entry'));
  } catch (error) {
    // Another process was faster.
    if (!isMissing(error)) throw error;
  } finally {
    // What stays of it is removed with the leftovers of later starts.
    await rm(bin, { recursive: true, force: true }).catch(() => undefined);
  }
}

/**
 * Discards the predecessors of the same model folder on the same machine; what others cached under its name stays.
 *
 * @param prefix what their names and that of `current` begin with.
 * @returns the names of those that could not be discarded, each with the reason. Rejects when the folder around them
 * cannot be listed.
 */
export async function discardStale(
  current: string,
  prefix: string,
  origin: CacheOrigin,
): Promise<ReadonlyMap<string, unknown>> {
  const [directory, name] = [path.dirname(current), path.basename(current)];
  const kept = new Map<string, unknown>();
  for (const sibling of await readdir(directory)) {
    if (sibling === name || !sibling.startsWith(prefix) || sibling.length !== name.length) continue;
    const folder = path.join(directory, sibling);
    const theirs = await readCacheOrigin(folder);
    if (theirs?.source !== origin.source || theirs.machine !== origin.machine) continue;
    await discardEntry(folder).catch((error: unknown) => kept.set(sibling, error));
  }
  return kept;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
