/** A download that has begun: the bytes so far and what must still hold for the rest to fit. */
import { readFile, rm, stat, writeFile } from 'node:fs/promises';

import { z } from 'zod';

const recordSchema = z.object({
  /** What If-Range may name: a strong entity tag or a modification date. */
  validator: z.string().optional(),
  /** Bytes of the whole file, as the server said. */
  totalBytes: z.int().nonnegative().optional(),
});

export type PartialRecord = z.infer<typeof recordSchema>;

export interface PartialFile {
  readonly bytes: number;
  readonly record: PartialRecord;
}

const recordFile = (file: string): string => `${file}.json`;

/** What has arrived of a file; nothing when it was never begun. */
export async function readPartial(file: string): Promise<PartialFile> {
  try {
    const record = recordSchema.parse(JSON.parse(await readFile(recordFile(file), 'utf8')));
    return { bytes: (await stat(file)).size, record };
  } catch {
    // Bytes without a readable record could belong to any file, so they count for nothing.
    return { bytes: 0, record: {} };
  }
}

export async function writePartialRecord(file: string, record: PartialRecord): Promise<void> {
  await writeFile(recordFile(file), JSON.stringify(record));
}

export async function removePartialRecord(file: string): Promise<void> {
  await rm(recordFile(file), { force: true });
}

export async function removePartial(file: string): Promise<void> {
  await rm(file, { force: true });
  await removePartialRecord(file);
}
