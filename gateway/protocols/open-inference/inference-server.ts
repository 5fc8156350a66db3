/** The Open Inference Protocol's view of the models here, for both of its transports. */
import type { CallerSignal } from '../../domain/caller-signal.ts';
import { ServingError } from '../../domain/errors.ts';
import { InferenceCounter } from '../../inference/inference-counts.ts';
import type { ModelRegistry, ServedModel } from '../../inference/model-registry.ts';
import type { TensorInference } from '../../inference/tensor-inference.ts';
import type { InferRequest } from '../../wire/open-inference/infer-request.ts';
import type { InferResponse } from '../../wire/open-inference/infer-response.ts';
import {
  configureModel,
  describeModel,
  type DescribedModel,
  type ModelConfig,
  type ModelMetadata,
  type ServerMetadata,
} from '../../wire/open-inference/model-description.ts';
import { toModelStatistics, type ModelStatistics } from '../../wire/open-inference/model-statistics.ts';
import { writeStatistics } from '../../wire/open-inference/statistics-text.ts';
import { logSettings, type LogLevel, type LogSettings } from './absent-extensions.ts';
import { infer, type DataPlane } from './infer.ts';
import { repositoryIndex, versionText, type IndexEntry, type ModelControl } from './model-repository.ts';

export interface InferenceServerOptions extends DataPlane {
  readonly name: string;
  readonly version: string;
  readonly registry: Pick<ModelRegistry, 'list' | 'versionLabelled'>;
  /** Counts what the models do for all protocols. */
  readonly counter: InferenceCounter;
  /** Whether every model can answer, and the server is not about to end. */
  readonly isReady: () => boolean;
  /** Most pictures in a request, which is told as the largest batch. */
  readonly maxPictures: number;
  readonly logLevel?: LogLevel | undefined;
  /** Nobody can load or unload models by requests when absent. */
  readonly control?: ModelControl | undefined;
}

/** Which model a request means: its name, and a version, or what its owner calls it, that is empty or absent for the newest. */
export interface RequestedModel {
  readonly name: string;
  readonly version?: string | undefined;
}

const extensions = [
  'binary_tensor_data',
  'classification',
  'model_configuration',
  'model_repository',
  'statistics',
];

export class InferenceServer {
  readonly inference: TensorInference;
  readonly isReady: () => boolean;
  readonly #options: InferenceServerOptions;
  /** What this protocol asked for, like the metrics of TensorFlow Serving's: nothing is counted in both. */
  readonly #own = new InferenceCounter();

  constructor(options: InferenceServerOptions) {
    this.inference = options.inference;
    this.isReady = options.isReady;
    this.#options = options;
  }

  metadata(): ServerMetadata {
    const { name, version, control } = this.#options;
    const unloading = control === undefined ? [] : ['model_repository(unload_dependents)'];
    return { name, version, extensions: [...extensions, ...unloading] };
  }

  /** @throws ServingError `model-not-found`, `model-not-ready`, or `invalid-input` for a version that is no number */
  resolve({ name, version = '' }: RequestedModel): ServedModel {
    const labelled = version === '' ? undefined : this.#options.registry.versionLabelled(name, version);
    return this.inference.resolve(name, labelled ?? versionNumber(version));
  }

  /**
   * The model that a request means which names none, as those behind one path for one model do.
   *
   * @throws ServingError `model-not-found` unless there is exactly one
   */
  loneModel(): RequestedModel {
    const installed = this.#options.registry.list().filter(({ state }) => state !== 'not-installed');
    const [lone, ...others] = installed;
    if (lone !== undefined && others.length === 0) return { name: lone.name };
    throw new ServingError(
      'model-not-found',
      'The path names no model, and there is not exactly one here; use /v2/models/<model>/infer.',
    );
  }

  /** @throws ServingError `model-not-found`, or `invalid-input` for a version that is no number */
  isModelReady(model: RequestedModel): boolean {
    try {
      this.resolve(model);
      return true;
    } catch (error) {
      const isKnown = error instanceof ServingError && error.kind !== 'model-not-found';
      if (isKnown && error.kind !== 'invalid-input') return false;
      throw error;
    }
  }

  /** @throws ServingError of the kinds of `resolve` */
  modelMetadata(model: RequestedModel): ModelMetadata {
    return describeModel(this.#describe(model));
  }

  /** @throws ServingError of the kinds of `resolve` */
  modelConfig(model: RequestedModel): ModelConfig {
    return configureModel(this.#describe(model));
  }

  /**
   * Of every version in service that is meant; of all models when none is named. Whichever protocol asked counts.
   *
   * @throws ServingError of the kinds of `resolve`
   */
  modelStatistics(model: RequestedModel | undefined): readonly ModelStatistics[] {
    return this.#statistics(model, this.#options.counter);
  }

  /** For Prometheus, under Triton's names. */
  metrics(): string {
    return writeStatistics(this.#statistics(undefined, this.#own));
  }

  #statistics(model: RequestedModel | undefined, counter: InferenceCounter): readonly ModelStatistics[] {
    const named = model && this.resolve(model);
    const isMeant = (name: string, version: number): boolean =>
      named === undefined ||
      (name === named.name && ((model?.version ?? '') === '' || version === named.version));
    return this.#options.registry
      .list()
      .flatMap(({ name, versions }) => versions.map(({ version, label }) => ({ name, version, label })))
      .filter(({ name, version }) => isMeant(name, version))
      .map((one) => toModelStatistics({ ...one, ...counter.of(one) }));
  }

  index(isReadyOnly: boolean): readonly IndexEntry[] {
    return repositoryIndex(this.#options.registry.list(), isReadyOnly);
  }

  logSettings(): LogSettings {
    return logSettings(this.#options.logLevel ?? 'info');
  }

  /** @throws ServingError `method-not-allowed` unless the server lets requests do that */
  async load(name: string): Promise<void> {
    await this.#control().load(name);
  }

  /** @throws ServingError `method-not-allowed` unless the server lets requests do that */
  async unload(name: string): Promise<void> {
    await this.#control().unload(name);
  }

  /** @throws ServingError `invalid-input`, and those of the data plane */
  async infer(model: ServedModel, request: InferRequest, signal: CallerSignal): Promise<InferResponse> {
    const began = performance.now();
    try {
      const { response, rows } = await infer(this.#options, model, { request, signal });
      this.#own.noteAnswer(model, rows, began);
      return response;
    } catch (error) {
      this.#own.noteFailure(model, began);
      throw error;
    }
  }

  #describe(requested: RequestedModel): DescribedModel {
    const model = this.resolve(requested);
    const listing = this.#options.registry.list().find(({ name }) => name === model.name);
    return {
      name: model.name,
      versions: (listing?.versions ?? []).map(versionText),
      signature: this.inference.target(model).signature,
      maxRows: this.#options.maxPictures,
    };
  }

  #control(): ModelControl {
    const { control } = this.#options;
    if (control !== undefined) return control;
    throw new ServingError(
      'method-not-allowed',
      'Models are not loaded or unloaded by requests here; set MODEL_CONTROL=explicit to allow it.',
    );
  }
}

function versionNumber(text: string): number | undefined {
  if (text === '') return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new ServingError(
    'invalid-input',
    'There is no version of that name. It is a whole number, or what its owner calls it; leave it out for the newest.',
  );
}
