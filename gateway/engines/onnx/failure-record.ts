/** Remembers how a model's workers failed, and says when trying again at once has stopped making sense. */

export interface FailureLimits {
  /** This many deaths … */
  readonly deaths: number;
  /** … within this time make a model not ready. */
  readonly withinMilliseconds: number;
  /** So do this many starts in a row that failed. */
  readonly failedStarts: number;
  /** How long a model that is not ready rests before its workers are started again. */
  readonly coolDownMilliseconds: number;
}

export const usualLimits: FailureLimits = {
  deaths: 5,
  withinMilliseconds: 30_000,
  failedStarts: 3,
  coolDownMilliseconds: 10_000,
};

export interface Trouble {
  /** A public sentence. */
  readonly reason: string;
  /** When to try again, on the clock of the calls. */
  readonly until: number;
}

interface Death {
  /** Milliseconds, on the clock of the calls. */
  readonly time: number;
  /** Whether the worker held a job, which may be to blame. */
  readonly during: 'job' | 'rest';
}

export class FailureRecord {
  readonly #limits: FailureLimits;
  #deaths: Death[] = [];
  #failedStarts = 0;
  #trouble: Trouble | undefined;

  constructor(limits: FailureLimits) {
    this.#limits = limits;
  }

  /** Absent while the model can be served. */
  get trouble(): Trouble | undefined {
    return this.#trouble;
  }

  noteDeath(now: number, during: Death['during']): void {
    const { deaths, withinMilliseconds } = this.#limits;
    const recent = this.#deaths.filter(({ time }) => now - time < withinMilliseconds);
    this.#deaths = [...recent, { time: now, during }];
    if (this.#deaths.length < deaths) return;
    const seconds = withinMilliseconds / 1000;
    this.#rest(now, `Its workers died ${this.#deaths.length} times within ${seconds} seconds.`);
  }

  /**
   * A job was answered. The deaths that jobs brought about were then the doing of what those jobs held: one client must
   * not make the model unready for others, whose pictures it can answer.
   */
  noteAnswer(): void {
    this.#deaths = this.#deaths.filter(({ during }) => during !== 'job');
  }

  noteFailedStart(now: number): void {
    this.#failedStarts += 1;
    if (this.#failedStarts < this.#limits.failedStarts) return;
    this.#rest(now, `Its workers could not be started ${this.#failedStarts} times in a row.`);
  }

  /** A worker answered its warm-up: after the rest that ends the trouble, before it proves nothing. */
  noteReady(now: number): void {
    this.#failedStarts = 0;
    if (this.#trouble === undefined || now < this.#trouble.until) return;
    this.#trouble = undefined;
    this.#deaths = [];
  }

  #rest(now: number, reason: string): void {
    this.#trouble = { reason, until: now + this.#limits.coolDownMilliseconds };
  }
}
