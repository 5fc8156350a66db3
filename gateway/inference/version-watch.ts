/** Keeps the versions in service in step with those that somebody else says there are, such as a remote engine. */
import type { Engine, LoadOptions } from '../domain/engine.ts';
import { ServingError } from '../domain/errors.ts';
import type { ModelVersion } from '../domain/model.ts';
import type { ModelRegistry } from './model-registry.ts';
import type { PendingModel } from './model-slot.ts';

export interface VersionWatchOptions {
  readonly registry: Pick<ModelRegistry, 'versionsOf' | 'failedVersionsOf' | 'add' | 'drop' | 'explain'>;
  readonly engine: Engine;
  /** Names to ask for, the most important one first. */
  readonly names: () => readonly string[];
  /** Whether somebody has asked for a name: without a version it is not ready, where others are not installed. */
  readonly isRequired: (name: string) => boolean;
  readonly versionsOf: (name: string, options: LoadOptions) => Promise<readonly ModelVersion[]>;
  /**
   * Asks for all names at the beginning of a round and not each in its turn: for answers that may be long in coming. What
   * is asked must not depend on what a load or a request changes meanwhile.
   */
  readonly areAskedAtOnce?: boolean;
  /** Said of a required model that is not there: a sentence that a client may read. */
  readonly absence: (name: string) => string;
  /**
   * From the end of one round to the beginning of the next. A version that cannot be loaded is tried again after as
   * long, then twice as long and so on up to a minute: loading may be the most expensive thing there is.
   */
  readonly pauseMilliseconds: number;
  /** Told of a version that cannot be loaded, once for each reason. */
  readonly onFault: (version: ModelVersion, cause: unknown) => void;
}

/** The versions there are, or why nobody could say. */
type Answer = { readonly versions: readonly ModelVersion[] } | { readonly cause: unknown };

/** What is known of a version that could not be loaded. */
interface Failure {
  readonly reason: string | undefined;
  readonly pauseMilliseconds: number;
  /** On the clock of `performance.now()`. */
  readonly notBefore: number;
}

/** Depends on what else is there at the moment. */
type Reason = () => PendingModel | undefined;

const RETRY_SECONDS = 1;
const LONGEST_PAUSE_MILLISECONDS = 60_000;

/** In the first round, until it is a name's turn. */
const unasked: PendingModel = { kind: 'model-not-ready', retryAfterSeconds: RETRY_SECONDS };

export class VersionWatch {
  readonly #options: VersionWatchOptions;
  readonly #failures = new Map<string, Failure>();
  #timer: NodeJS.Timeout | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(options: VersionWatchOptions) {
    this.#options = options;
  }

  /** One round over all names; others follow until `signal` is aborted. */
  async start(signal: AbortSignal): Promise<void> {
    const stop = (): void => {
      clearTimeout(this.#timer);
    };
    signal.addEventListener('abort', stop, { once: true });
    const { registry, names, isRequired } = this.#options;
    for (const name of names().filter(isRequired)) {
      if (registry.versionsOf(name).length === 0) registry.explain(name, unasked);
    }
    await this.#roundAfterRound(signal);
  }

  async #roundAfterRound(signal: AbortSignal): Promise<void> {
    await this.round(signal);
    if (signal.aborted) return;
    this.#timer = setTimeout(() => void this.#roundAfterRound(signal), this.#options.pauseMilliseconds);
    this.#timer.unref();
  }

  /** Asks for every name once, adds what is new and drops what is gone, after the round before; never rejects. */
  round(signal: AbortSignal): Promise<void> {
    this.#last = this.#last.then(() => this.#round(signal));
    return this.#last;
  }

  async #round(signal: AbortSignal): Promise<void> {
    const { registry } = this.#options;
    const reasons = new Map<string, Reason>();
    const names = this.#options.names();
    const ask = (name: string): Promise<Answer> => this.#ask(name, signal);
    // Before anything is loaded: by then it is known who leaves all questions unanswered, and nobody waits for him again.
    const answers = this.#options.areAskedAtOnce === true ? await Promise.all(names.map(ask)) : [];
    for (const [index, name] of names.entries()) {
      if (signal.aborted) return;
      const reason = await this.#follow(name, answers[index] ?? (await ask(name)), signal);
      if (reason === undefined) continue;
      registry.explain(name, reason());
      reasons.set(name, reason);
    }
    // Only now it is known what is there, and with it whose absence matters.
    for (const [name, reason] of reasons) registry.explain(name, reason());
  }

  async #ask(name: string, signal: AbortSignal): Promise<Answer> {
    try {
      return { versions: await this.#options.versionsOf(name, { signal }) };
    } catch (cause) {
      return { cause };
    }
  }

  /** @returns why a model has no version, when it is not there or nobody could ask for it */
  async #follow(name: string, answer: Answer, signal: AbortSignal): Promise<Reason | undefined> {
    const { registry } = this.#options;
    if ('cause' in answer) {
      // What is loaded stays: whether it can answer now is for the engine to say.
      return () => this.#unknown(name, answer.cause);
    }
    const wanted = answer.versions;
    const present = registry.versionsOf(name);
    const failed = registry.failedVersionsOf(name);
    for (const version of wanted) {
      const isMissing = !present.includes(version.version) || failed.includes(version.version);
      if (isMissing) await this.#add(version, signal);
    }
    for (const version of present.filter((one) => !wanted.some((other) => other.version === one))) {
      await registry.drop(name, version);
    }
    return wanted.length > 0 ? undefined : () => this.#absent(name);
  }

  async #add(version: ModelVersion, signal: AbortSignal): Promise<void> {
    const { registry, engine, onFault, pauseMilliseconds } = this.#options;
    const title = `${version.name}/${version.version}`;
    const failure = this.#failures.get(title);
    if (failure !== undefined && performance.now() < failure.notBefore) return;
    try {
      await registry.add(version, engine, signal);
      this.#failures.delete(title);
    } catch (cause) {
      if (signal.aborted) return;
      const pending = pendingFor(cause);
      registry.explain(version.name, pending);
      const pause = failure === undefined ? pauseMilliseconds : 2 * failure.pauseMilliseconds;
      this.#failures.set(title, {
        reason: pending.reason,
        pauseMilliseconds: Math.min(pause, LONGEST_PAUSE_MILLISECONDS),
        notBefore: performance.now() + Math.min(pause, LONGEST_PAUSE_MILLISECONDS),
      });
      if (failure?.reason !== pending.reason) onFault(version, cause);
    }
  }

  #absent(name: string): PendingModel | undefined {
    const { isRequired, absence } = this.#options;
    if (!isRequired(name)) return undefined;
    return {
      kind: 'model-not-ready',
      reason: absence(name),
      state: 'not-installed',
      retryAfterSeconds: RETRY_SECONDS,
    };
  }

  /** A name that is only a guess may well be nobody's. */
  #unknown(name: string, cause: unknown): PendingModel {
    const pending = pendingFor(cause);
    return this.#options.isRequired(name)
      ? pending
      : { ...pending, state: 'not-installed', isHarmless: true };
  }
}

function pendingFor(cause: unknown): PendingModel {
  if (!(cause instanceof ServingError)) {
    return { kind: 'model-not-ready', reason: 'It could not be loaded; the log of the server says why.' };
  }
  return {
    kind: cause.kind,
    reason: cause.message,
    retryAfterSeconds: cause.retryAfterSeconds ?? RETRY_SECONDS,
  };
}
