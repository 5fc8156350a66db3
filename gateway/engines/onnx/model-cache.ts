/** Gives the compiled form of a model: from disk when what lies there is whole and current, else freshly built. */
import { mkdtemp, rename, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createHash } from 'node:crypto';
import type { EngineLog } from '../../domain/engine-log.ts';
import { ServingError } from '../../domain/errors.ts';
import type { InstalledVersion } from '../../domain/model.ts';
import type { StatedPreprocessing } from '../../domain/preprocessing.ts';
import { makeFolder } from '../../make-folder.ts';
import type { BuildTask } from './build-entry.ts';
import { readCacheEntry } from './cache-entry.ts';
import type { CacheEntry, CacheOrigin } from './cache-entry.ts';
import { discardEntry, discardStale } from './discard-entry.ts';
import { lacksRoom } from './lacks-room.ts';
import { modelFingerprint } from './model-fingerprint.ts';
import { makeWorkFolder, removeLeftovers } from './work-folder.ts';

export interface ModelCacheOptions {
  /** Absolute path; made when it is missing. */
  readonly directory: string;
  readonly compilerVersion: string;
  readonly machine: string;
  readonly log: EngineLog;
  /** Fills the empty folder that the assignment names. */
  build(assignment: BuildTask, signal: AbortSignal): Promise<void>;
  /** Whether a build into the folder failed for want of room; the disk is asked when absent. */
  readonly lacksRoom?: (target: string, source: string) => Promise<boolean>;
}

/** A failure of the folder that another one may not have. */
class Unwritable extends Error {
  override readonly name = 'Unwritable';
  readonly #sentence: string;

  constructor(sentence: string, cause: unknown) {
    super('a folder does not take the compiled model', { cause });
    this.#sentence = sentence;
  }

  /** For clients, when no other folder takes the compiled model either; no field, which the log would show. */
  get sentence(): string {
    return this.#sentence;
  }
}

const noRoom =
  'There is no room on the disk for the compiled model; make room, or set CACHE_DIR to a folder that has it.';
const noFolder =
  'There is no folder that the compiled model can be written to; set CACHE_DIR to one that can be written.';

interface Work {
  /** Of the entry. */
  readonly name: string;
  readonly model: InstalledVersion;
}

const hashLength = 16;

export class ModelCache {
  readonly #options: ModelCacheOptions;
  #temporary: Promise<string> | undefined;
  #leftoversRemoved: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: ModelCacheOptions) {
    this.#options = options;
  }

  /** Rejects as `build` does, or with the file system's error. */
  async obtain(model: InstalledVersion, signal: AbortSignal): Promise<CacheEntry> {
    await (this.#leftoversRemoved ??= removeLeftovers(this.#options.directory));
    const name = `${prefixOf(model)}${await this.#keyOf(model)}`;
    return (
      (await this.#read(path.join(this.#options.directory, name))) ??
      (await this.#readTemporary(name)) ??
      (await this.#build({ name, model }, signal))
    );
  }

  /** Removes what could only be kept for the life of this process, and lets nothing more of that come to be. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const folder = await this.#temporary?.catch(() => undefined);
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  }

  async #keyOf({ folder, preprocessing }: InstalledVersion): Promise<string> {
    const { compilerVersion, machine } = this.#options;
    const facts = [compilerVersion, machine, folder, await modelFingerprint(folder), inOrder(preprocessing)];
    return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, hashLength);
  }

  async #read(folder: string): Promise<CacheEntry | undefined> {
    try {
      return await readCacheEntry(folder);
    } catch (error) {
      this.#options.log.warn(
        { entry: path.basename(folder), error },
        'a cached model is damaged and is built again',
      );
      return undefined;
    }
  }

  async #readTemporary(name: string): Promise<CacheEntry | undefined> {
    // Why there is no such folder is said by the build, which asks for one again.
    const folder = await this.#temporary?.catch(() => undefined);
    return folder === undefined ? undefined : this.#read(path.join(folder, name));
  }

  async #build(work: Work, signal: AbortSignal): Promise<CacheEntry> {
    try {
      if (this.#temporary === undefined) return await this.#buildIn(this.#options.directory, work, signal);
    } catch (error) {
      if (!(error instanceof Unwritable)) throw error;
      this.#refuseIfOver(signal);
      this.#temporary ??= this.#makeTemporary(error);
    }
    try {
      const folder = await this.#temporary;
      this.#refuseIfOver(signal);
      return await this.#buildIn(folder, work, signal);
    } catch (error) {
      if (!(error instanceof Unwritable)) throw error;
      throw new ServingError('model-not-ready', error.sentence, { cause: error });
    }
  }

  /** What is made in a temporary folder after `close` has removed it would stay for ever. */
  #refuseIfOver(signal: AbortSignal): void {
    if (!signal.aborted && !this.#isClosed) return;
    throw new ServingError('cancelled', 'Loading the model was cancelled.');
  }

  async #buildIn(directory: string, { name, model }: Work, signal: AbortSignal): Promise<CacheEntry> {
    const target = await makeTarget(directory);
    try {
      const origin: CacheOrigin = { source: model.folder, machine: this.#options.machine };
      const started = performance.now();
      await this.#fill({ origin, target, preprocessing: model.preprocessing }, signal);
      const milliseconds = Math.round(performance.now() - started);
      this.#options.log.info({ model: model.name, version: model.version, milliseconds }, 'model compiled');
      const folder = path.join(directory, name);
      await this.#discardStale(folder, prefixOf(model), origin);
      return await publish(target, folder);
    } finally {
      // What stays of it is removed with the leftovers of later starts.
      await rm(target, { recursive: true, force: true }).catch(() => undefined);
    }
  }

  async #fill(task: BuildTask, signal: AbortSignal): Promise<void> {
    try {
      await this.#options.build(task, signal);
    } catch (cause) {
      const isFull = this.#options.lacksRoom ?? lacksRoom;
      if (signal.aborted || !(await isFull(task.target, task.origin.source))) throw cause;
      throw new Unwritable(noRoom, cause);
    }
  }

  /** An outdated entry costs disk space and nothing else. */
  async #discardStale(folder: string, prefix: string, origin: CacheOrigin): Promise<void> {
    const warn = (entry: string, error: unknown) => {
      this.#options.log.warn({ entry, error }, 'an outdated cached model cannot be removed');
    };
    try {
      for (const [entry, error] of await discardStale(folder, prefix, origin)) warn(entry, error);
    } catch (error) {
      warn(`${prefix}*`, error);
    }
  }

  async #makeTemporary(error: Unwritable): Promise<string> {
    try {
      const folder = await mkdtemp(path.join(os.tmpdir(), 'fovea-'));
      this.#options.log.warn(
        { error },
        'the cache directory cannot be written; models it lacks are compiled anew at every start',
      );
      return folder;
    } catch (cause) {
      this.#temporary = undefined;
      throw unwritable(cause);
    }
  }
}

function unwritable(cause: unknown): Unwritable {
  const isFull = hasCode(cause, 'ENOSPC') || hasCode(cause, 'EDQUOT');
  return new Unwritable(isFull ? noRoom : noFolder, cause);
}

/** A folder beside the entries, so that the final rename stays on one file system. */
async function makeTarget(directory: string): Promise<string> {
  try {
    await makeFolder(directory);
    return await makeWorkFolder(directory, 'building');
  } catch (cause) {
    throw unwritable(cause);
  }
}

/** @throws Unwritable whatever goes wrong, since the model itself is built. */
async function publish(target: string, folder: string): Promise<CacheEntry> {
  try {
    await place(target, folder);
    const entry = await readCacheEntry(folder);
    if (entry !== undefined) return entry;
  } catch (cause) {
    throw unwritable(cause);
  }
  throw unwritable(new Error('the entry vanished after it was written'));
}

/** Several processes may build the same entry: the first one stays, whatever is damaged goes. */
async function place(target: string, folder: string): Promise<void> {
  for (;;) {
    try {
      await rename(target, folder);
      return;
    } catch (error) {
      if (!hasCode(error, 'ENOTEMPTY') && !hasCode(error, 'EEXIST')) throw error;
      // What is damaged here has been reported when it was to be read.
      if ((await readCacheEntry(folder).catch(() => undefined)) !== undefined) return;
      await discardEntry(folder);
    }
  }
}

/** The same whatever order a manifest names its parts in. */
function inOrder(preprocessing: StatedPreprocessing = {}): readonly (readonly [string, unknown])[] {
  return Object.entries(preprocessing).sort(([left], [right]) => (left < right ? -1 : 1));
}

/** Names come over the wire too: none may lead out of the folder. What follows tells those apart that look alike here. */
function prefixOf({ name, version }: InstalledVersion): string {
  return `${name.replaceAll(/[^\w.-]/g, '_').slice(0, 100)}-${version}-`;
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
