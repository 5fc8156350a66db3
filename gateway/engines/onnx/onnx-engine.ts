/** The embedded engine: SavedModels compiled to ONNX, run by ONNX Runtime in worker threads of this process. */
import os from 'node:os';
import { compilerVersion } from '../../../converter/compiler-version.ts';
import type { Engine, LoadOptions, LoadedModel } from '../../domain/engine.ts';
import { ServingError } from '../../domain/errors.ts';
import type { InstalledVersion, ModelVersion } from '../../domain/model.ts';
import type { CacheEntry } from './cache-entry.ts';
import { machineIdentity } from './machine-identity.ts';
import { ModelCache } from './model-cache.ts';
import { runBuild } from './run-build.ts';
import { siblingModule } from '../../sibling-module.ts';
import { readTextFile, startModel, type StartOptions } from './start-model.ts';

export interface OnnxEngineOptions extends Omit<StartOptions, 'workerEntry'> {
  /** Absolute path; compiled models are kept here from start to start. */
  readonly cacheDirectory: string;
  /** Modules that run in the threads: `build` ends in `serveBuild`, `worker` in `serveJobs`. */
  readonly entries?: { readonly build?: URL; readonly worker?: URL };
}

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

  async load(model: ModelVersion, { signal }: LoadOptions): Promise<LoadedModel> {
    const either = AbortSignal.any([signal, this.#closing.signal]);
    const entry = await this.#compiled(model, either);
    for (const [signature, reason] of entry.skipped) {
      this.#options.log.warn({ model: model.name, signature, reason }, 'a signature is left out');
    }
    const { entries } = this.#options;
    const loaded: LoadedModel = await startModel(
      { model, entry, onClosed: () => this.#loaded.delete(loaded) },
      { ...this.#options, workerEntry: entries?.worker },
      either,
    );
    this.#loaded.add(loaded);
    return loaded;
  }

  async close(graceMilliseconds?: number): Promise<void> {
    this.#closing.abort();
    await Promise.all([...this.#loaded].map((model) => model.close(graceMilliseconds)));
    await this.#cache.close();
  }

  async #compiled(model: ModelVersion, signal: AbortSignal): Promise<CacheEntry> {
    try {
      return await this.#cache.obtain(installed(model), signal);
    } catch (cause) {
      if (cause instanceof ServingError) throw cause;
      throw new ServingError('model-not-ready', 'The files of the model could not be read or compiled.', {
        cause,
      });
    }
  }
}

/** @throws ServingError `model-not-ready`; an engine behind a network may hold models itself, this one does not */
function installed({ folder, ...model }: ModelVersion): InstalledVersion {
  if (folder !== undefined) return { ...model, folder };
  throw new ServingError('model-not-ready', 'Nobody said where the files of the model are.');
}
