/** Remembers whether something answers: opens after failures, asks in growing pauses, closes on the first success. */
import type { Timer } from '../../clock.ts';

export interface CircuitOptions {
  /** Failures in a row that open it. */
  readonly failuresToOpen: number;
  /** Asks whether it answers again; rejects while it does not. */
  readonly probe: (signal: AbortSignal) => Promise<void>;
  readonly clock: Timer;
  /** Told once a probe has failed too: what opens it for a moment, time and again, is no loss. */
  onLost?(cause: unknown): void;
  onRegained?(): void;
}

const firstPauseMilliseconds = 125;
/** A probe costs next to nothing, and as long as no backend answers every caller waits for it to be found again. */
const longestPauseMilliseconds = 1000;

export class Circuit {
  readonly #options: CircuitOptions;
  readonly #ending = new AbortController();
  #failures = 0;
  #isOpen = false;
  /** What opened it. */
  #cause: unknown;
  #isTold = false;
  #openings = 0;
  #pause = firstPauseMilliseconds;
  #cancelPause: (() => void) | undefined;

  constructor(options: CircuitOptions) {
    this.#options = options;
  }

  /** While it is open nobody needs to try: the probes do. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  succeeded(): void {
    this.#failures = 0;
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#cancelPause?.();
    this.#pause = firstPauseMilliseconds;
    if (this.#isTold) this.#options.onRegained?.();
    this.#isTold = false;
  }

  failed(cause: unknown): void {
    this.#failures += 1;
    if (this.#isOpen || this.#failures < this.#options.failuresToOpen || this.#ending.signal.aborted) return;
    this.#isOpen = true;
    this.#openings += 1;
    this.#cause = cause;
    this.#probeLater();
  }

  /** Ends the probing; what it says afterwards stays as it is. */
  end(): void {
    this.#ending.abort();
    this.#cancelPause?.();
  }

  #probeLater(): void {
    const opening = this.#openings;
    this.#cancelPause = this.#options.clock.after(this.#pause, () => {
      void this.#probe(opening);
    });
    this.#pause = Math.min(2 * this.#pause, longestPauseMilliseconds);
  }

  /** What a probe says of an earlier opening is of no interest: another one has begun its own pauses. */
  async #probe(opening: number): Promise<void> {
    const isCurrent = (): boolean =>
      this.#isOpen && this.#openings === opening && !this.#ending.signal.aborted;
    try {
      await this.#options.probe(this.#ending.signal);
      if (isCurrent()) this.succeeded();
    } catch {
      if (!isCurrent()) return;
      this.#tell();
      this.#probeLater();
    }
  }

  /** As long as it lasts there is nothing new to say. */
  #tell(): void {
    if (this.#isTold) return;
    this.#isTold = true;
    this.#options.onLost?.(this.#cause);
  }
}
