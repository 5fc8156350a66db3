/** What the house knows of a model before and after it is loaded. */
import type { Labels } from './labels.ts';
import type { ScoreKind } from './prediction.ts';
import type { StatedPreprocessing } from './preprocessing.ts';

/** One version of a model, wherever it lies. */
export interface ModelVersion {
  readonly name: string;
  /** The numeric name of the version folder; the highest is served. */
  readonly version: number;
  /** What its owner calls the version, where that is another text than its number. */
  readonly label?: string | undefined;
  /** Absolute path of the folder that holds `saved_model.pb`; absent when the engine holds the model itself. */
  readonly folder?: string | undefined;
  /** How pictures become tensors, for a model that takes tensors; `undefined` when nobody says it. */
  readonly preprocessing?: StatedPreprocessing | undefined;
}

/** One version of a model as it lies on disk: a SavedModel folder. */
export interface InstalledVersion extends ModelVersion {
  readonly folder: string;
}

/** Facts for listings; each is `undefined` when no manifest says it and the SavedModel does not show it. */
export interface ModelFacts {
  readonly title?: string | undefined;
  readonly licence?: string | undefined;
  readonly labels?: Labels | undefined;
  /** Whether class 0 means "none of the others"; told by the number of classes when nobody says it. */
  readonly hasBackgroundClass?: boolean | undefined;
  /** What the model's scores are; told by their sum when nobody says it. */
  readonly scores?: ScoreKind | undefined;
  /** Name of the signature to ask about pictures, where somebody says it. */
  readonly signature?: string | undefined;
  /** Which model of the Hugging Face hub it is, where somebody says it. */
  readonly huggingFaceId?: string | undefined;
  readonly contentTypes?: UsualContentTypes | undefined;
}

/** MLServer's `content_type` of requests and tensors that do not say one themselves. */
export interface UsualContentTypes {
  /** Of the whole request. */
  readonly request: string | undefined;
  /** By the name of the input. */
  readonly inputs: ReadonlyMap<string, string>;
  /** Of the outputs, whatever they are called. */
  readonly outputs: readonly string[];
}

/** The life of a model version inside the server. */
export type ModelState = 'not-installed' | 'waiting' | 'loading' | 'ready' | 'failed';
