/** The models this server answers for: their versions, their states, and the loaded ones. */
import type { Engine, LoadedModel } from '../domain/engine.ts';
import { ServingError } from '../domain/errors.ts';
import type { ModelFacts } from '../domain/model.ts';
import { type AbsentModel, absenceSentence } from './absent-model.ts';
import { fittingFacts, labelsFault } from './fitting-labels.ts';
import { type ModelListing, type ModelReadiness, listModel, readinessOf } from './model-listing.ts';
import { type ModelSlot, type ModelToServe, type VersionSlot, fail, toSlot } from './model-slot.ts';
import type { ResnetAlias } from './resnet-alias.ts';

/** Told once a version is ready or has failed. */
export interface LoadReport {
  readonly name: string;
  readonly version: number;
  readonly state: 'ready' | 'failed';
  readonly milliseconds: number;
  readonly reason?: string | undefined;
  /** What the operator should correct though the version is ready. */
  readonly fault?: string | undefined;
  /** What really happened, for the log. */
  readonly cause?: unknown;
}

export interface ModelRegistryOptions {
  readonly models: readonly ModelToServe[];
  readonly resnet: ResnetAlias;
  readonly onLoaded?: (report: LoadReport) => void;
}

/** A model version that can answer now. */
export interface ServedModel {
  readonly name: string;
  readonly version: number;
  readonly facts: ModelFacts;
  readonly loaded: LoadedModel;
}

const RETRY_WHILE_LOADING_SECONDS = 5;
const RETRY_UNTIL_INSTALLED_SECONDS = 60;

export class ModelRegistry {
  readonly resnet: ResnetAlias;
  readonly #models: ReadonlyMap<string, ModelSlot>;
  readonly #onLoaded: (report: LoadReport) => void;
  #closed = false;

  constructor(options: ModelRegistryOptions) {
    this.resnet = options.resnet;
    this.#onLoaded = options.onLoaded ?? (() => undefined);
    this.#models = new Map(options.models.map((model) => [model.name, toSlot(model)]));
  }

  /**
   * Loads every version to serve, one after the other, the model behind `resnet` first. A version that cannot be
   * loaded is marked failed with its reason and the next one is tried; a model with a fault is not, and once `signal`
   * is aborted nothing more is.
   */
  async loadAll(engine: Engine, signal: AbortSignal): Promise<void> {
    const order = [...this.#models.values()].sort((left, right) => this.#rank(left) - this.#rank(right));
    for (const slot of order.flatMap((model) => (model.fault === undefined ? model.slots : []))) {
      if (signal.aborted || this.#closed) return;
      await this.#load(slot, engine, signal);
    }
  }

  /**
   * The version that answers for a name; the highest served one when no version is given. `resnet` is whichever model
   * the alias says.
   *
   * @throws ServingError `model-not-found` for an unknown name or version, `model-not-ready` while it cannot answer
   */
  resolve(name: string, version?: number): ServedModel {
    if (name === 'resnet' && this.resnet.kind !== 'model') throw notInstalled(this.resnet);
    const realName = name === 'resnet' ? this.resnet.name : name;
    const model = this.#models.get(realName);
    if (model?.slots[0] === undefined) throw this.#absent(realName, model);
    const slot =
      version === undefined ? model.slots[0] : model.slots.find((one) => one.model.version === version);
    if (slot === undefined) throw unknownVersion(model, version);
    const loaded = answering(slot);
    return {
      name: realName,
      version: slot.model.version,
      facts: fittingFacts(model.facts, loaded),
      loaded,
    };
  }

  list(): readonly ModelListing[] {
    return [...this.#models.values()].map((model) => listModel(model, this.resnet));
  }

  readiness(): ModelReadiness {
    return readinessOf([...this.#models.values()], this.resnet);
  }

  /** Releases every loaded model; nothing resolves afterwards. */
  async close(graceMilliseconds?: number): Promise<void> {
    this.#closed = true;
    const loaded: LoadedModel[] = [];
    for (const slot of [...this.#models.values()].flatMap((model) => model.slots)) {
      if (slot.loaded !== undefined) loaded.push(slot.loaded);
      fail(slot, 'The server is shutting down.');
    }
    await Promise.all(loaded.map((model) => model.close(graceMilliseconds)));
  }

  async #load(slot: VersionSlot, engine: Engine, signal: AbortSignal): Promise<void> {
    const { name, version } = slot.model;
    const began = performance.now();
    slot.state = 'loading';
    try {
      const loaded = await engine.load(slot.model, { signal });
      if (this.#closed) {
        await loaded.close();
        return;
      }
      slot.loaded = loaded;
      slot.state = 'ready';
      const fault = labelsFault(this.#models.get(name)?.facts ?? {}, loaded);
      this.#onLoaded({ name, version, state: 'ready', milliseconds: performance.now() - began, fault });
    } catch (cause) {
      const reason =
        cause instanceof ServingError
          ? cause.message
          : 'It could not be loaded; the log of the server says why.';
      fail(slot, reason);
      if (signal.aborted) return;
      this.#onLoaded({
        name,
        version,
        state: 'failed',
        milliseconds: performance.now() - began,
        reason,
        cause,
      });
    }
  }

  #rank(model: ModelSlot): number {
    return this.resnet.kind === 'model' && this.resnet.name === model.name ? 0 : 1;
  }

  #absent(name: string, model: ModelSlot | undefined): ServingError {
    if (this.resnet.kind === 'missing' && this.resnet.name === name) return notInstalled(this.resnet);
    if (model?.fault !== undefined) {
      return new ServingError('model-not-ready', `Model ${name} cannot answer: ${model.fault}`);
    }
    if (model !== undefined)
      return notInstalled({ kind: 'missing', name, installCommand: model.installCommand });
    const known = [...this.#models.keys()];
    return new ServingError('model-not-found', absenceSentence({ kind: 'unknown', name, known }));
  }
}

/** @throws ServingError `model-not-ready` */
function answering({ model, state, loaded, reason }: VersionSlot): LoadedModel {
  const title = `Model ${model.name} version ${model.version}`;
  if (state === 'failed') {
    throw new ServingError('model-not-ready', `${title} cannot answer: ${reason ?? 'it failed.'}`);
  }
  if (loaded === undefined) {
    throw new ServingError('model-not-ready', `${title} is still being loaded; try again in a few seconds.`, {
      retryAfterSeconds: RETRY_WHILE_LOADING_SECONDS,
    });
  }
  const readiness = loaded.readiness();
  if (readiness.ready) return loaded;
  const { retryAfterSeconds } = readiness;
  throw new ServingError('model-not-ready', `${title} cannot answer now: ${readiness.reason}`, {
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

function notInstalled(model: AbsentModel): ServingError {
  return new ServingError('model-not-ready', absenceSentence(model), {
    retryAfterSeconds: RETRY_UNTIL_INSTALLED_SECONDS,
  });
}

function unknownVersion(model: ModelSlot, version: number | undefined): ServingError {
  const served = model.slots.map((slot) => slot.model.version).join(', ');
  const onDisk = version !== undefined && model.installedVersions.includes(version);
  const sentence = onDisk
    ? `Version ${version} of model ${model.name} is installed but not served.`
    : `Model ${model.name} has no such version.`;
  return new ServingError('model-not-found', `${sentence} Served versions: ${served}.`);
}
