/** The embedded engine: SavedModels compiled to ONNX, run by ONNX Runtime in worker threads of this process. */
import { readFileSync } from 'node:fs';
import os from 'node:os';
import { compilerVersion } from '../../../converter/compiler-version.ts';
import type { Engine, InferenceOptions, LoadedModel } from '../../domain/engine.ts';
import { ServingError } from '../../domain/errors.ts';
import type { ModelVersion } from '../../domain/model.ts';
import type { CacheEntry } from './cache-entry.ts';
import { availableCpus } from './cpu-quota.ts';
import type { EngineLog } from './engine-log.ts';
import { usualLimits } from './failure-record.ts';
import type { FailureLimits } from './failure-record.ts';
import { LoadedOnnxModel } from './loaded-onnx-model.ts';
import { machineIdentity } from './machine-identity.ts';
import { ModelCache } from './model-cache.ts';
import { systemClock } from './pool-clock.ts';
import { runBuild } from './run-build.ts';
import { siblingModule } from './sibling-module.ts';
import { startThread } from './thread.ts';
import type { StartThread } from './thread.ts';
import { workerLayout } from './worker-layout.ts';
import { WorkerPool } from './worker-pool.ts';
import type { PoolEvent } from './worker-pool-options.ts';

export interface OnnxEngineOptions {
  /** Absolute path; compiled models are kept here from start to start. */
  readonly cacheDirectory: string;
  /** Worker threads of each model; by default as many as serve both a lone client and a crowd best. */
  readonly workers?: number | undefined;
  /** Threads each worker computes with. */
  readonly threadsPerWorker?: number | undefined;
  /** Requests of one model that may wait while all its workers are busy. */
  readonly maxQueue: number;
  /** Largest picture that is decoded, in pixels. */
  readonly maxPixels: number;
  readonly log: EngineLog;
  /** How long `close` waits for what is running. */
  readonly closeGraceMilliseconds?: number;
  readonly failureLimits?: FailureLimits;
  /** Modules that run in the threads: `build` ends in `serveBuild`, `worker` in `serveJobs`. */
  readonly entries?: { readonly build?: URL; readonly worker?: URL };
}

const usualCloseGraceMilliseconds = 10_000;

export function createOnnxEngine(options: OnnxEngineOptions): Engine {
  return new OnnxEngine(options);
}

class OnnxEngine implements Engine {
  readonly name = 'onnx';
  readonly #options: OnnxEngineOptions;
  readonly #cache: ModelCache;
  readonly #loaded = new Set<LoadedModel>();
  readonly #closing = new AbortController();

  constructor(options: OnnxEngineOptions) {
    this.#options = options;
    const buildEntry = options.entries?.build ?? siblingModule('build-worker', import.meta.url);
    this.#cache = new ModelCache({
      directory: options.cacheDirectory,
      compilerVersion,
      machine: machineIdentity({
        readTextFile,
        platform: process.platform,
        architecture: process.arch,
        cpuModel: os.cpus()[0]?.model ?? 'unknown',
      }),
      log: options.log,
      build: (assignment, signal) => runBuild(buildEntry, assignment, signal),
    });
  }

  async load(model: ModelVersion, { signal }: InferenceOptions): Promise<LoadedModel> {
    const either = AbortSignal.any([signal, this.#closing.signal]);
    const entry = await this.#compiled(model, either);
    for (const [signature, reason] of entry.skipped) {
      this.#options.log.warn({ model: model.name, signature, reason }, 'a signature is left out');
    }
    return this.#start(model, entry, either);
  }

  async close(graceMilliseconds?: number): Promise<void> {
    this.#closing.abort();
    await Promise.all([...this.#loaded].map((model) => model.close(graceMilliseconds)));
    await this.#cache.close();
  }

  async #compiled(model: ModelVersion, signal: AbortSignal): Promise<CacheEntry> {
    try {
      return await this.#cache.obtain(model, signal);
    } catch (cause) {
      if (cause instanceof ServingError) throw cause;
      throw new ServingError('model-not-ready', 'The files of the model could not be read or compiled.', {
        cause,
      });
    }
  }

  async #start(model: ModelVersion, entry: CacheEntry, signal: AbortSignal): Promise<LoadedModel> {
    const { workers, threadsPerWorker, maxQueue, failureLimits, closeGraceMilliseconds } = this.#options;
    const cpus = availableCpus({ readTextFile, parallelism: os.availableParallelism() });
    const layout = workerLayout({ cpus, workers, threadsPerWorker });
    const pool = new WorkerPool({
      narrow: layout.narrow.map((threads) => this.#threadStarter(entry, threads)),
      wide: layout.wide === undefined ? undefined : this.#threadStarter(entry, layout.wide),
      maxQueue,
      limits: failureLimits ?? usualLimits,
      clock: systemClock,
      onEvent: (event) => {
        this.#report(model, event);
      },
    });
    try {
      await pool.start(signal);
    } catch (cause) {
      if (cause instanceof ServingError && cause.kind === 'cancelled') throw cause;
      throw new ServingError('model-not-ready', 'ONNX Runtime could not start the model.', { cause });
    }
    const loaded = new LoadedOnnxModel({
      programs: entry.programs,
      pool,
      sharingWorkers: layout.narrow.length,
      closeGraceMilliseconds: closeGraceMilliseconds ?? usualCloseGraceMilliseconds,
      onClosed: () => this.#loaded.delete(loaded),
    });
    this.#loaded.add(loaded);
    return loaded;
  }

  #threadStarter({ folder, programs }: CacheEntry, threads: number): StartThread {
    const { maxPixels, entries } = this.#options;
    const entry = entries?.worker ?? siblingModule('worker', import.meta.url);
    return (listener) => startThread(entry, { folder, programs, threads, maxPixels }, listener);
  }

  #report({ name, version }: ModelVersion, event: PoolEvent): void {
    const { log } = this.#options;
    if (event.type === 'worker-down') {
      log.warn(
        { model: name, version, whileServing: event.whileServing, error: event.cause },
        'a worker died',
      );
    } else if (event.type === 'not-ready') {
      log.warn({ model: name, version, reason: event.reason }, 'model not ready');
    } else log.info({ model: name, version }, 'model ready again');
  }
}

function readTextFile(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Which of these files exist differs from system to system.
    return undefined;
  }
}
