/** Starts the workers of one compiled model and waits until they answer. */
import { readFileSync } from 'node:fs';
import os from 'node:os';
import type { CallerSignal } from '../../domain/caller-signal.ts';
import { ServingError } from '../../domain/errors.ts';
import type { ModelVersion } from '../../domain/model.ts';
import type { CacheEntry } from './cache-entry.ts';
import { availableCpus } from './cpu-quota.ts';
import type { EngineLog } from '../../domain/engine-log.ts';
import { usualLimits, type FailureLimits } from './failure-record.ts';
import { LoadedOnnxModel } from './loaded-onnx-model.ts';
import { systemClock } from '../../clock.ts';
import { siblingModule } from '../../sibling-module.ts';
import { startThread, type StartThread } from './thread.ts';
import { workerLayout } from './worker-layout.ts';
import { WorkerPool } from './worker-pool.ts';
import type { PoolEvent } from './worker-pool-options.ts';

export interface StartOptions {
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
  /** Module that runs in the threads and ends in `serveJobs`. */
  readonly workerEntry?: URL | undefined;
}

export interface ModelToStart {
  /** For the log. */
  readonly model: Pick<ModelVersion, 'name' | 'version'>;
  readonly entry: Pick<CacheEntry, 'folder' | 'programs'>;
  readonly onClosed: () => void;
}

const usualCloseGraceMilliseconds = 10_000;

/** @throws ServingError `model-not-ready` or `cancelled` */
export async function startModel(
  { model, entry, onClosed }: ModelToStart,
  options: StartOptions,
  signal: CallerSignal,
): Promise<LoadedOnnxModel> {
  const { workers, threadsPerWorker, maxQueue, failureLimits, closeGraceMilliseconds } = options;
  const cpus = availableCpus({ readTextFile, parallelism: os.availableParallelism() });
  const layout = workerLayout({ cpus, workers, threadsPerWorker });
  const starter = (threads: number): StartThread => threadStarter(entry, threads, options);
  const pool = new WorkerPool({
    narrow: layout.narrow.map(starter),
    wide: layout.wide === undefined ? undefined : starter(layout.wide),
    maxQueue,
    limits: failureLimits ?? usualLimits,
    clock: systemClock,
    onEvent: (event) => {
      report(model, event, options.log);
    },
  });
  try {
    await pool.start(signal);
  } catch (cause) {
    if (cause instanceof ServingError && cause.kind === 'cancelled') throw cause;
    throw new ServingError('model-not-ready', 'ONNX Runtime could not start the model.', { cause });
  }
  return new LoadedOnnxModel({
    programs: entry.programs,
    pool,
    sharingWorkers: layout.narrow.length,
    closeGraceMilliseconds: closeGraceMilliseconds ?? usualCloseGraceMilliseconds,
    onClosed,
  });
}

function threadStarter(
  { folder, programs }: ModelToStart['entry'],
  threads: number,
  { maxPixels, workerEntry }: StartOptions,
): StartThread {
  const entry = workerEntry ?? siblingModule('worker', import.meta.url);
  return (listener) => startThread(entry, { folder, programs, threads, maxPixels }, listener);
}

function report({ name, version }: ModelToStart['model'], event: PoolEvent, log: EngineLog): void {
  if (event.type === 'worker-down') {
    log.warn({ model: name, version, whileServing: event.whileServing, error: event.cause }, 'a worker died');
  } else if (event.type === 'not-ready') {
    log.warn({ model: name, version, reason: event.reason }, 'model not ready');
  } else log.info({ model: name, version }, 'model ready again');
}

export function readTextFile(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Which of these files exist differs from system to system.
    return undefined;
  }
}
