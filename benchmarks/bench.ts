/** What every scenario gets to work with, and what it has to offer. */
import type { Finding } from './measurement/finding.ts';
import type { ModelUnderTest } from './surroundings/find-models.ts';

export interface Bench {
  readonly models: readonly ModelUnderTest[];
  /** Absolute paths of JPEG files. */
  readonly pictures: readonly string[];
  /** Models on tensors, as in MODELS_DIR, for the scenario that compares many of them. */
  readonly familiesFolder: string | undefined;
  /** Fewer and shorter rounds: for a first look, not for a record. */
  readonly isQuick: boolean;
  /** Absolute path of a folder for anything; removed at the end. */
  readonly scratch: string;
  /** Absolute path of the cache of compiled models, which holds every model under test. */
  readonly cache: string;
  /** Says what is being done right now. */
  progress(words: string): void;
  /** Which share of the processors other programs used during a measurement; belongs to the next finding. */
  disturbed(share: number): void;
  found(finding: Omit<Finding, 'scenario' | 'foreignShare'>): void;
  /** Says why something was not measured. */
  skipped(reason: string, model?: string): void;
}

export interface Scenario {
  readonly name: string;
  /** One line for the help. */
  readonly title: string;
  /** Measures no model, so that none has to be there. */
  readonly isModelFree?: true;
  run(bench: Bench): Promise<void>;
}
