/** Where the models of a server come from: what each way of finding them has in common. */
import type { Engine } from '../domain/engine.ts';
import type { ModelRegistry } from '../inference/model-registry.ts';
import type { ModelToServe } from '../inference/model-slot.ts';
import type { ResnetAlias } from '../inference/resnet-alias.ts';
import type { ModelConfiguration } from '../wire/tensorflow-serving/model-configuration.ts';

export interface ModelSource {
  readonly models: readonly ModelToServe[];
  /** Who answers `/classify/resnet`, of the models held now where that changes. */
  readonly resnet: ResnetAlias | ((held: readonly string[]) => ResnetAlias);
  /** Names of the models that will be loaded. */
  readonly installed: readonly string[];
  /** Names of the models that are there and cannot be served, since the system does not let them be read. */
  readonly unreadable: readonly string[];
  /** Names of all models found, installed or not, whether or not they will be loaded. */
  readonly known: readonly string[];
  /** A better model for `/classify/resnet` than the bundled one, when that one answers and this one can be pulled. */
  readonly offered?: string | undefined;
  /** The servers that hold the models, as host:port; none when they run in this process. */
  readonly backends: readonly string[];
  /** Versions of a model by their labels. */
  readonly labels?: (model: string) => ReadonlyMap<string, number>;
  /**
   * Serves these models instead of those served now; resolves when the new ones have been loaded or have failed.
   *
   * @throws ServingError `invalid-input`
   */
  readonly reload?: (models: readonly ModelConfiguration[]) => Promise<void>;
  /** Loads what is there and goes on following what comes and goes, until `signal` is aborted. */
  load(registry: ModelRegistry, engine: Engine, signal: AbortSignal): Promise<void>;
}
