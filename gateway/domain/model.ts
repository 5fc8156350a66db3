/** What the house knows of a model before and after it is loaded. */
import type { Labels } from './labels.ts';

/** One version of a model as it lies on disk: a SavedModel folder. */
export interface ModelVersion {
  readonly name: string;
  /** The numeric name of the version folder; the highest is served. */
  readonly version: number;
  /** Absolute path of the folder that holds `saved_model.pb`. */
  readonly folder: string;
}

/** Facts for listings; each is `undefined` when no manifest says it and the SavedModel does not show it. */
export interface ModelFacts {
  readonly title?: string | undefined;
  readonly licence?: string | undefined;
  readonly labels?: Labels | undefined;
}

/** The life of a model version inside the server. */
export type ModelState = 'not-installed' | 'waiting' | 'loading' | 'ready' | 'failed';
