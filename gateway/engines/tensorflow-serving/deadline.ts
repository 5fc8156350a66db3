/** The end of one request's time: its caller leaves, the time is over, or the model is closed, whichever comes first. */

export type EndReason = 'gone' | 'late' | 'closed';

/** What one call to a backend must know of its time. */
export interface CallTime {
  /** Aborted when the answer is of no use any more. */
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly endsAt: number;
  /** The first reason why it ended; `undefined` while there is time. */
  readonly ended: EndReason | undefined;
}

/** Must be released, or its timer and its listener live on. */
export class Deadline implements CallTime {
  readonly endsAt: number;
  readonly #controller = new AbortController();
  readonly #caller: AbortSignal | undefined;
  readonly #timer: NodeJS.Timeout;
  readonly #onCallerGone = (): void => {
    this.end('gone');
  };
  #ended: EndReason | undefined;

  constructor(milliseconds: number, caller?: AbortSignal) {
    this.endsAt = Date.now() + milliseconds;
    this.#caller = caller;
    this.#timer = setTimeout(() => {
      this.end('late');
    }, milliseconds);
    this.#timer.unref();
    if (caller?.aborted === true) this.end('gone');
    else caller?.addEventListener('abort', this.#onCallerGone, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get ended(): EndReason | undefined {
    return this.#ended;
  }

  end(reason: EndReason): void {
    if (this.#ended !== undefined) return;
    this.#ended = reason;
    this.#controller.abort();
  }

  release(): void {
    clearTimeout(this.#timer);
    this.#caller?.removeEventListener('abort', this.#onCallerGone);
  }
}
