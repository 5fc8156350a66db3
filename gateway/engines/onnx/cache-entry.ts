/** A compiled model on disk: `program.json` and the module files it lists, written once and checked when read. */
import { createHash } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { SignatureProgram } from '../../../converter/program.ts';
import { fileSha256 } from '../../../converter/file-sha256.ts';

export interface CacheEntry {
  /** Absolute path of the entry. */
  readonly folder: string;
  readonly programs: readonly SignatureProgram[];
  /** Signatures the compiler had to leave out, with the reason. */
  readonly skipped: ReadonlyMap<string, string>;
  readonly origin: CacheOrigin;
}

/** Where an entry comes from; entries of equal origin replace each other. */
export interface CacheOrigin {
  /** Absolute path of the SavedModel. */
  readonly source: string;
  readonly machine: string;
}

interface ListedFile {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly sha256: string;
}

interface Description {
  /** Raised with every change to this interface. */
  readonly form: typeof form;
  readonly origin: CacheOrigin;
  readonly programs: readonly SignatureProgram[];
  readonly skipped: readonly (readonly [string, string])[];
  readonly files: readonly ListedFile[];
}

const form = 2;
const descriptionName = 'program.json';

/** Describes the module files that already lie in the folder; the entry is complete afterwards. */
export async function writeCacheEntry({ folder, programs, skipped, origin }: CacheEntry): Promise<void> {
  const files: ListedFile[] = [];
  for (const name of (await readdir(folder)).sort()) {
    const file = path.join(folder, name);
    files.push({ name, size: (await stat(file)).size, sha256: await fileSha256(file) });
  }
  const description: Description = { form, origin, programs, skipped: [...skipped], files };
  const body = JSON.stringify(description);
  await writeFile(path.join(folder, descriptionName), `${digest(body)}\n${body}\n`);
}

/** `undefined` when there is no entry; rejects when there is one that is not what was written. */
export async function readCacheEntry(folder: string): Promise<CacheEntry | undefined> {
  const description = await readDescription(folder);
  if (description === undefined) return undefined;
  const { programs, skipped, origin, files } = description;
  await Promise.all(files.map((file) => verifyFile(folder, file)));
  return { folder, programs, skipped: new Map(skipped), origin };
}

/** The origin an entry states, without a look at its files; `undefined` when it cannot be read. */
export async function readCacheOrigin(folder: string): Promise<CacheOrigin | undefined> {
  try {
    return (await readDescription(folder))?.origin;
  } catch {
    // Whoever asks wants to know whose the entry is; a damaged one is nobody's.
    return undefined;
  }
}

async function readDescription(folder: string): Promise<Description | undefined> {
  let text: string;
  try {
    text = await readFile(path.join(folder, descriptionName), 'utf8');
  } catch (error) {
    if (!(await exists(folder))) return undefined;
    throw error;
  }
  const [stated, body = ''] = text.split('\n');
  if (digest(body) !== stated) throw new Error(`${descriptionName} is damaged`);
  const description: unknown = JSON.parse(body);
  if (!isDescription(description)) throw new Error(`${descriptionName} has another form`);
  return description;
}

async function verifyFile(folder: string, { name, size, sha256 }: ListedFile): Promise<void> {
  const file = path.join(folder, name);
  const found = await stat(file);
  if (found.size !== size) throw new Error(`${name} has ${found.size} bytes, not ${size}`);
  if ((await fileSha256(file)) !== sha256) throw new Error(`${name} is not what was written`);
}

async function exists(folder: string): Promise<boolean> {
  return stat(folder).then(
    () => true,
    () => false,
  );
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The digest has already proven that this program wrote it; what is left is to tell this form from an older one. */
function isDescription(value: unknown): value is Description {
  if (typeof value !== 'object' || value === null) return false;
  const isForm = 'form' in value && value.form === form;
  return isForm && ['origin', 'programs', 'skipped', 'files'].every((name) => name in value);
}
