/** Whether it is worth asking somewhere: set aside after faults in a row, tried again after pauses that grow. */
import type { Clock } from '../../clock.ts';

export interface StandingOptions {
  readonly clock: Pick<Clock, 'now'>;
  onLost(cause: unknown): void;
  onRegained(): void;
}

/** Faults in a row until only trials are made. */
const faultsToLose = 3;

const firstPauseMilliseconds = 1000;
/** A trial is a request of somebody's, who may lose time by it. */
const longestPauseMilliseconds = 30_000;

export class Standing {
  readonly #options: StandingOptions;
  #faults = 0;
  #nextTrial = 0;
  #pause = firstPauseMilliseconds;
  /** What is lost and regained time and again, as under too much load, is told now and then. */
  #nextWords = 0;
  #isTold = false;

  constructor(options: StandingOptions) {
    this.#options = options;
  }

  get isGood(): boolean {
    return this.#faults < faultsToLose;
  }

  /** Whether the last answer, if there was any, was a good one. */
  get isSpotless(): boolean {
    return this.#faults === 0;
  }

  /** Whether a request may be risked now; one that is puts off the next. */
  takeTrial(): boolean {
    if (this.isGood) return false;
    const now = this.#options.clock.now();
    if (now < this.#nextTrial) return false;
    this.#pause = Math.min(2 * this.#pause, longestPauseMilliseconds);
    this.#nextTrial = now + this.#pause;
    return true;
  }

  succeeded(): void {
    if (this.#faults === 0) return;
    this.#faults = 0;
    this.#pause = firstPauseMilliseconds;
    if (this.#isTold) this.#options.onRegained();
    this.#isTold = false;
  }

  /** At once, whatever came before. */
  lose(cause: unknown): void {
    this.#faults = Math.max(this.#faults, faultsToLose - 1);
    this.failed(cause);
  }

  failed(cause: unknown): void {
    this.#faults += 1;
    const now = this.#options.clock.now();
    if (this.#faults === faultsToLose) this.#nextTrial = now + this.#pause;
    if (this.isGood || this.#isTold || now < this.#nextWords) return;
    this.#nextWords = now + longestPauseMilliseconds;
    this.#isTold = true;
    this.#options.onLost(cause);
  }
}
