/** The model_config_file of `serve --as tensorflow-serving`: read at the start, and again for as long as it may change. */
import { ServingError } from '../domain/errors.ts';
import { readModelConfigText } from '../wire/tensorflow-serving/model-config-text.ts';
import type { ModelConfiguration } from '../wire/tensorflow-serving/model-configuration.ts';
import { readTextFile } from '../repository/read-text-file.ts';

export type ModelConfigOutcome =
  { readonly models: readonly ModelConfiguration[] } | { readonly faults: readonly string[] };

export interface FollowOptions {
  readonly pollSeconds: number;
  /** Serves these models from now on. */
  readonly reload: (models: readonly ModelConfiguration[]) => Promise<void>;
  readonly log: {
    info(fields: object, sentence: string): void;
    error(fields: object, sentence: string): void;
  };
  /** Ends it. */
  readonly signal: AbortSignal;
}

export class ModelConfigFile {
  readonly #path: string;
  /** The text, or why there is none. */
  #last: string | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  async read(): Promise<ModelConfigOutcome> {
    const found = await readText(this.#path);
    this.#last = found.text ?? found.fault;
    return this.#outcome(found);
  }

  /** `undefined` as long as it is what it was when it was read last. */
  async readChanged(): Promise<ModelConfigOutcome | undefined> {
    const found = await readText(this.#path);
    const now = found.text ?? found.fault;
    // A file that is just being written is empty for a moment.
    if (now === this.#last || now === '') return undefined;
    this.#last = now;
    return this.#outcome(found);
  }

  /** Reads it again and again; a text that is wrong is told once, and the models stay as they are. */
  follow({ pollSeconds, reload, log, signal }: FollowOptions): void {
    const look = async (): Promise<void> => {
      const outcome = await this.readChanged();
      if (outcome !== undefined && 'models' in outcome) {
        await reload(outcome.models);
        log.info({ models: outcome.models.map(({ name }) => name) }, 'The model_config_file has changed.');
      }
      for (const fault of outcome !== undefined && 'faults' in outcome ? outcome.faults : []) {
        log.error({}, `${fault} The models stay as they are.`);
      }
    };
    const lookLater = (): void => {
      const timer = setTimeout(() => {
        look()
          .catch((error: unknown) => {
            log.error({ error }, 'The models of the model_config_file could not be served.');
          })
          .finally(lookLater);
      }, pollSeconds * 1000);
      timer.unref();
      if (signal.aborted) clearTimeout(timer);
    };
    lookLater();
  }

  #outcome({ text, fault }: FoundText): ModelConfigOutcome {
    const title = `The model_config_file ${this.#path}`;
    if (text === undefined) return { faults: [`${title} cannot be read (${fault}).`] };
    try {
      return { models: readModelConfigText(text) };
    } catch (error) {
      if (!(error instanceof ServingError)) throw error;
      return { faults: [`${title} is wrong: ${error.message}`] };
    }
  }
}

interface FoundText {
  readonly text: string | undefined;
  readonly fault: string;
}

async function readText(path: string): Promise<FoundText> {
  try {
    return { text: await readTextFile(path), fault: '' };
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason';
    return { text: undefined, fault: code };
  }
}
