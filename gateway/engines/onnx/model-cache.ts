/** Gives the compiled form of a model: from disk when what lies there is whole and current, else freshly built. */
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createHash } from 'node:crypto';
import { ServingError } from '../../domain/errors.ts';
import type { ModelVersion } from '../../domain/model.ts';
import type { StatedPreprocessing } from '../../domain/preprocessing.ts';
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

/** A failure that a folder on another disk may not have. */
class NoRoom extends Error {
  override readonly name = 'NoRoom';
}

const hashLength = 16;

export class ModelCache {
  readonly #options: ModelCacheOptions;
  #temporary: string | undefined;
  #leftoversRemoved: Promise<void> | undefined;

  constructor(options: ModelCacheOptions) {
    this.#options = options;
  }

  /** Rejects as `build` does, or with the file system's error. */
  async obtain(model: ModelVersion, signal: AbortSignal): Promise<CacheEntry> {
    await (this.#leftoversRemoved ??= removeLeftovers(this.#options.directory));
    const name = `${prefixOf(model)}${await this.#keyOf(model)}`;
    return (await this.#read(path.join(this.#directory(), name))) ?? (await this.#build(name, model, signal));
  }

  /** Removes what could only be kept for the life of this process. */
  async close(): Promise<void> {
    if (this.#temporary !== undefined) await rm(this.#temporary, { recursive: true, force: true });
  }

  #directory(): string {
    return this.#temporary ?? this.#options.directory;
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

  async #build(name: string, model: ModelVersion, signal: AbortSignal): Promise<CacheEntry> {
    const directory = this.#directory();
    try {
      return await this.#buildOnce(name, model, signal);
    } catch (error) {
      if (!(error instanceof NoRoom)) throw error;
      if (directory === this.#temporary) throw noRoomAnywhere(error);
      if (this.#temporary === undefined) await this.#becomeTemporary(error);
    }
    return this.#build(name, model, signal);
  }

  async #buildOnce(name: string, model: ModelVersion, signal: AbortSignal): Promise<CacheEntry> {
    const target = await this.#makeTarget();
    try {
      const origin: CacheOrigin = { source: model.folder, machine: this.#options.machine };
      const started = performance.now();
      await this.#fill({ origin, target, preprocessing: model.preprocessing }, signal);
      const milliseconds = Math.round(performance.now() - started);
      this.#options.log.info({ model: model.name, version: model.version, milliseconds }, 'model compiled');
      await this.#removeStale(name, prefixOf(model), origin);
      return await this.#publish(target, path.join(this.#directory(), name));
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
      throw new NoRoom('the disk has no room for the compiled model', { cause });
    }
  }

  async #becomeTemporary(error: unknown): Promise<void> {
    this.#temporary = await mkdtemp(path.join(os.tmpdir(), 'fovea-'));
    this.#options.log.warn(
      { error },
      'the cache directory cannot be written; models are compiled anew at every start',
    );
  }

  /** A folder beside the entries, so that the final rename stays on one file system. */
  async #makeTarget(): Promise<string> {
    try {
      await mkdir(this.#directory(), { recursive: true });
      return await makeWorkFolder(this.#directory(), 'building');
    } catch (error) {
      await this.#becomeTemporary(error);
      return makeWorkFolder(this.#directory(), 'building');
    }
  }

  /** Several processes may build the same entry: the first one stays, whatever is damaged goes. */
  async #publish(target: string, folder: string): Promise<CacheEntry> {
    for (;;) {
      try {
        await rename(target, folder);
      } catch (error) {
        if (!isOccupied(error)) throw error;
        // What is damaged here has been reported when it was to be read.
        const theirs = await readCacheEntry(folder).catch(() => undefined);
        if (theirs !== undefined) return theirs;
        await this.#discard(folder);
        continue;
      }
      const entry = await readCacheEntry(folder);
      if (entry === undefined) throw new Error('the entry vanished after it was written');
      return entry;
    }
  }

  /** Predecessors of the same model folder on the same machine; what others cached under its name stays. */
  async #removeStale(name: string, prefix: string, origin: CacheOrigin): Promise<void> {
    for (const sibling of await readdir(this.#directory())) {
      if (sibling === name || !sibling.startsWith(prefix) || sibling.length !== name.length) continue;
      const folder = path.join(this.#directory(), sibling);
      const theirs = await readCacheOrigin(folder);
      if (theirs?.source === origin.source && theirs.machine === origin.machine) await this.#discard(folder);
    }
  }

  /** Out of the way by one rename, so that no reader ever sees half an entry; open files stay valid. */
  async #discard(folder: string): Promise<void> {
    const bin = await makeWorkFolder(this.#directory(), 'discarded');
    try {
      await rename(folder, path.join(bin, 'entry'));
    } catch (error) {
      // Another process was faster.
      if (!isMissing(error)) throw error;
    } finally {
      await rm(bin, { recursive: true, force: true });
    }
  }
}

function noRoomAnywhere(cause: NoRoom): ServingError {
  return new ServingError(
    'model-not-ready',
    'There is no room on the disk for the compiled model; make room, or set CACHE_DIR to a folder that has it.',
    { cause },
  );
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
