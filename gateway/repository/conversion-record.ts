/** What a converted version was made from and what its files were then: kept inside of the version folder. */
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { z } from 'zod';

import { digestFile } from './checksum.ts';
import { conversionSchema, type PipManifestSource } from './manifest-source.ts';
import { isInsidePath } from './relative-path.ts';
import type { VersionFile } from './version-files.ts';
import { readTextFile } from './read-text-file.ts';

export const conversionRecordName = 'conversion.json';

const recordSchema = z.object({
  /** SHA-256 of the weights. */
  weights: z.string(),
  convert: conversionSchema,
  files: z
    .array(
      z.object({ path: z.string().refine(isInsidePath), size: z.int().nonnegative(), sha256: z.string() }),
    )
    .min(1),
});

/** Lists every file of a version folder that was just made of verified weights. */
export async function writeConversionRecord(
  folder: string,
  { weights, convert }: Pick<PipManifestSource, 'weights' | 'convert'>,
  signal: AbortSignal,
): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
  const files = [];
  for (const name of names.sort()) {
    const { size, sha256 } = await digestFile(path.join(folder, name), signal);
    files.push({ path: name.split(path.sep).join('/'), size, sha256 });
  }
  const record = { weights: weights.sha256, convert, files };
  await writeFile(path.join(folder, conversionRecordName), `${JSON.stringify(record, undefined, 2)}\n`);
}

/**
 * The files as they were made, provided that they were made as one of the sources says.
 *
 * `undefined` when there is no record, it cannot be read, or it is of other weights or another conversion.
 */
export async function convertedFiles(
  folder: string,
  sources: readonly PipManifestSource[],
): Promise<readonly VersionFile[] | undefined> {
  let record;
  try {
    record = recordSchema.parse(JSON.parse(await readTextFile(path.join(folder, conversionRecordName))));
  } catch {
    return undefined;
  }
  const { weights, convert, files } = record;
  // Both have gone through the one schema, which gives their fields one order.
  const isWanted = sources.some(
    (source) =>
      source.weights.sha256 === weights && JSON.stringify(source.convert) === JSON.stringify(convert),
  );
  return isWanted
    ? files.map(({ path: name, size, sha256 }) => ({ path: name, size, checksums: [{ sha256 }] }))
    : undefined;
}
