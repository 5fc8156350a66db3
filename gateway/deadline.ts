/** The end of one request's time: its caller leaves, the time is over, or the model is closed, whichever comes first. */
import type { CallerSignal } from './domain/caller-signal.ts';
import { LightSignal } from './domain/light-signal.ts';

export type EndReason = 'gone' | 'late' | 'closed';

/** What one call must know of its time. */
export interface CallTime {
  /** Aborted when the answer is of no use any more. */
  readonly signal: CallerSignal;
  /** Milliseconds since 1970. */
  readonly endsAt: number;
  /** The first reason why it ended; `undefined` while there is time. */
  readonly ended: EndReason | undefined;
}

/** Must be released, or its timer and its listener live on. Its own signal, since every request has one. */
export class Deadline extends LightSignal implements CallTime {
  readonly endsAt: number;
  readonly #caller: CallerSignal | undefined;
  readonly #timer: NodeJS.Timeout;
  readonly #onCallerGone = (): void => {
    this.end('gone');
  };
  #ended: EndReason | undefined;

  constructor(milliseconds: number, caller?: CallerSignal) {
    super();
    this.endsAt = Date.now() + milliseconds;
    this.#caller = caller;
    this.#timer = setTimeout(() => {
      this.end('late');
    }, milliseconds);
    this.#timer.unref();
    if (caller?.aborted === true) this.end('gone');
    else caller?.addEventListener('abort', this.#onCallerGone, { once: true });
  }

  get signal(): CallerSignal {
    return this;
  }

  get ended(): EndReason | undefined {
    return this.#ended;
  }

  get aborted(): boolean {
    return this.#ended !== undefined;
  }

  end(reason: EndReason): void {
    if (this.#ended !== undefined) return;
    this.#ended = reason;
    this.tell();
  }

  release(): void {
    clearTimeout(this.#timer);
    this.#caller?.removeEventListener('abort', this.#onCallerGone);
  }
}
