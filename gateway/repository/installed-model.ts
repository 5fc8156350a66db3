/** What is known of one model on disk. */
import type { Labels } from '../domain/labels.ts';
import type { InstalledVersion } from '../domain/model.ts';
import type { Weights } from './convert-command.ts';
import type { Manifest } from './manifest.ts';
import type { ModelSettings } from './model-settings.ts';

/** A model that has a manifest, an installed version, or both. */
export interface InstalledModel {
  readonly name: string;
  /**
   * Where a pull installs: the folder of the manifest; when only the package has a manifest, the folder of the versions
   * or, without any, the one to be made in the first folder of the list; without a manifest, the folder of the versions.
   */
  readonly folder: string;
  /**
   * The model's folder in the package, when the manifest comes from there because no folder of the list has one. It is
   * only read: a pull makes `folder` and copies what describes the model, its manifest, labels and card, from here.
   */
  readonly shippedFolder?: string | undefined;
  readonly manifest: Manifest | undefined;
  readonly labels: Labels | undefined;
  /** Ascending; empty when the model is known but not installed. */
  readonly versions: readonly InstalledVersion[];
  /** What the system does not let be read; nobody can tell then what the model is, so it cannot be served. */
  readonly unreadable: Unreadable | undefined;
  /** What a `model-settings.json` of MLServer says of the model, where there is one. */
  readonly settings?: ModelSettings | undefined;
  /** Why it cannot be served though such a file asks for it: a sentence that a client may read. */
  readonly refusal?: string | undefined;
  /** Set when that file names a model of the Hugging Face hub and leads to no SavedModel. */
  readonly elsewhere?: { readonly weights: Weights | undefined } | undefined;
  /** Sentences about what is wrong on disk; the model is served from the rest as far as that goes. */
  readonly faults: readonly string[];
}

export type Unreadable = 'folder' | 'manifest';
