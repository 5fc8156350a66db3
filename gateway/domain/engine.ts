/** The port every engine implements: load a model version, infer on named tensors, close. */
import type { CallerSignal } from './caller-signal.ts';
import type { ModelVersion } from './model.ts';
import type { Datatype, Tensor } from './tensor.ts';

/** One named input or output of a signature; `null` is a size known only at run time. */
export interface TensorSpecification {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly (number | null)[];
  /** Which tensor of the model's graph it is, as TensorFlow names it (`x:0`); absent where nobody says it. */
  readonly tensorName?: string | undefined;
  /** What its strings are, other than pictures: serialised tf.Example messages. */
  readonly content?: 'examples' | undefined;
}

/** Without a shape where nobody says how many axes it has: then it is whatever the answer has. */
export type OutputSpecification = Omit<TensorSpecification, 'shape'> & {
  readonly shape: TensorSpecification['shape'] | undefined;
};

export interface Signature {
  readonly name: string;
  /** How TensorFlow's clients call it (`tensorflow/serving/predict`), as its author wrote it; absent where nobody did. */
  readonly methodName?: string | undefined;
  readonly inputs: readonly TensorSpecification[];
  readonly outputs: readonly OutputSpecification[];
}

export interface InferenceRequest {
  /** Which signature to run; `serving_default` when absent. */
  readonly signature?: string;
  readonly inputs: ReadonlyMap<string, Tensor>;
  /** Names of the wanted outputs; all of them when absent. */
  readonly outputs?: readonly string[];
  /** Whether the engine may keep the memory of the inputs, and of the buffers they look into, instead of copying it. */
  readonly areInputsDisposable?: boolean;
}

export interface InferenceOptions {
  /** Aborted when the caller has gone; work not yet started is dropped and the promise rejects with `cancelled`. */
  readonly signal: CallerSignal;
}

export interface LoadOptions {
  /** Aborted when nobody wants the model any more. */
  readonly signal: AbortSignal;
}

/** Whether a loaded model can answer at this moment, and the public reason when it cannot. */
export type Readiness =
  | { readonly ready: true }
  | {
      readonly ready: false;
      readonly reason: string;
      /** Whole seconds after which it may be ready again; absent when nobody knows. */
      readonly retryAfterSeconds?: number;
    };

/** A model version that is in memory and has answered a warm-up inference. */
export interface LoadedModel {
  readonly signatures: ReadonlyMap<string, Signature>;
  /**
   * Runs one signature. A string input of shape [N] named in a picture signature holds N encoded pictures.
   *
   * @throws ServingError `invalid-input` (unknown name, wrong shape or datatype), `unsupported-image` (with `row`),
   * `cancelled`, `overloaded`, `model-not-ready` (a worker died, or the model failed repeatedly), `model-failed`; of an
   * engine behind a network also `backend-unavailable`, `backend-failed` and `deadline-exceeded`.
   */
  infer(request: InferenceRequest, options: InferenceOptions): Promise<ReadonlyMap<string, Tensor>>;
  readiness(): Readiness;
  /** Releases the model; what runs may take this long to finish, as long as the engine finds right when absent. */
  close(graceMilliseconds?: number): Promise<void>;
}

export interface Engine {
  /** Short name for logs and listings, such as `onnx`. */
  readonly name: string;
  /**
   * Prepares, loads and warms up one model version.
   *
   * @throws ServingError `model-not-ready` with a public sentence when the model cannot be run by this engine.
   */
  load(model: ModelVersion, options: LoadOptions): Promise<LoadedModel>;
  /**
   * The versions of a model that the engine holds by itself and that can be loaded, highest first; empty when it does
   * not know the model. Absent from an engine that is told where models lie.
   *
   * @throws ServingError `backend-unavailable`, `backend-failed` or `deadline-exceeded` when it cannot find out
   */
  versionsOf?(name: string, options: LoadOptions): Promise<readonly number[]>;
  /** Closes every model it loaded, each with this grace. */
  close(graceMilliseconds?: number): Promise<void>;
}
