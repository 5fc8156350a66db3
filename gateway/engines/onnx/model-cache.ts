/** Gives the compiled form of a model: from disk when what lies there is whole and current, else freshly built. */
import { mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createHash } from 'node:crypto';
import { ServingError } from '../../domain/errors.ts';
import type { ModelVersion } from '../../domain/model.ts';
import type { StatedPreprocessing } from '../../domain/preprocessing.ts';
import { makeFolder } from '../../make-folder.ts';
import type { BuildTask } from './build-entry.ts';
import { readCacheEntry, readCacheOrigin } from './cache-entry.ts';
import type { CacheEntry, CacheOrigin } from './cache-entry.ts';
import type { EngineLog } from './engine-log.ts';
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
  readonly model: ModelVersion;
}

const hashLength = 16;

export class ModelCache {
  readonly #options: ModelCacheOptions;
  #temporary: Promise<string> | undefined;
  #leftoversRemoved: Promise<void> | undefined;

  constructor(options: ModelCacheOptions) {
    this.#options = options;
  }

  /** Rejects as `build` does, or with the file system's error. */
  async obtain(model: ModelVersion, signal: AbortSignal): Promise<CacheEntry> {
    await (this.#leftoversRemoved ??= removeLeftovers(this.#options.directory));
    const name = `${prefixOf(model)}${await this.#keyOf(model)}`;
    return (
      (await this.#read(path.join(this.#options.directory, name))) ??
      (this.#temporary && (await this.#read(path.join(await this.#temporary, name)))) ??
      (await this.#build({ name, model }, signal))
    );
  }

  /** Removes what could only be kept for the life of this process. */
  async close(): Promise<void> {
    const folder = await this.#temporary?.catch(() => undefined);
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  }

  async #keyOf({ folder, preprocessing }: ModelVersion): Promise<string> {
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

  async #build(work: Work, signal: AbortSignal): Promise<CacheEntry> {
    try {
      if (this.#temporary === undefined) return await this.#buildIn(this.#options.directory, work, signal);
    } catch (error) {
      if (!(error instanceof Unwritable)) throw error;
      this.#temporary ??= this.#makeTemporary(error);
    }
    try {
      return await this.#buildIn(await this.#temporary, work, signal);
    } catch (error) {
      if (!(error instanceof Unwritable)) throw error;
      throw new ServingError('model-not-ready', error.sentence, { cause: error });
    }
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
      await removeStale(folder, prefixOf(model), origin);
      return await publish(target, folder);
    } finally {
      await rm(target, { recursive: true, force: true });
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
      throw new Unwritable(noFolder, cause);
    }
  }
}

/** A folder beside the entries, so that the final rename stays on one file system. */
async function makeTarget(directory: string): Promise<string> {
  try {
    await makeFolder(directory);
    return await makeWorkFolder(directory, 'building');
  } catch (cause) {
    throw new Unwritable(noFolder, cause);
  }
}

/** Several processes may build the same entry: the first one stays, whatever is damaged goes. */
async function publish(target: string, folder: string): Promise<CacheEntry> {
  for (;;) {
    try {
      await rename(target, folder);
    } catch (error) {
      if (!isOccupied(error)) throw error;
      // What is damaged here has been reported when it was to be read.
      const theirs = await readCacheEntry(folder).catch(() => undefined);
      if (theirs !== undefined) return theirs;
      await discard(folder);
      continue;
    }
    const entry = await readCacheEntry(folder);
    if (entry === undefined) throw new Error('the entry vanished after it was written');
    return entry;
  }
}

/** Predecessors of the same model folder on the same machine; what others cached under its name stays. */
async function removeStale(current: string, prefix: string, origin: CacheOrigin): Promise<void> {
  const [directory, name] = [path.dirname(current), path.basename(current)];
  for (const sibling of await readdir(directory)) {
    if (sibling === name || !sibling.startsWith(prefix) || sibling.length !== name.length) continue;
    const folder = path.join(directory, sibling);
    const theirs = await readCacheOrigin(folder);
    if (theirs?.source === origin.source && theirs.machine === origin.machine) await discard(folder);
  }
}

/** Out of the way by one rename, so that no reader ever sees half an entry; open files stay valid. */
async function discard(folder: string): Promise<void> {
  const bin = await makeWorkFolder(path.dirname(folder), 'discarded');
  try {
    await rename(folder, path.join(bin, 'entry'));
  } catch (error) {
    // Another process was faster.
    if (!isMissing(error)) throw error;
  } finally {
    await rm(bin, { recursive: true, force: true });
  }
}

/** The same whatever order a manifest names its parts in. */
function inOrder(preprocessing: StatedPreprocessing = {}): readonly (readonly [string, unknown])[] {
  return Object.entries(preprocessing).sort(([left], [right]) => (left < right ? -1 : 1));
}

function prefixOf({ name, version }: ModelVersion): string {
  return `${name}-${version}-`;
}

function isOccupied(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOTEMPTY' || error.code === 'EEXIST');
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
