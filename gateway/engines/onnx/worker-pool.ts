/** The workers of one model and the queue in front of them. */
import type { CallerSignal } from '../../domain/caller-signal.ts';
import { ServingError } from '../../domain/errors.ts';
import type { Readiness } from '../../domain/engine.ts';
import { FailureRecord } from './failure-record.ts';
import type { Job, JobOutputs } from './messages.ts';
import { PendingJob } from './pending-job.ts';
import { settledWithin } from '../../clock.ts';
import type { SubmitOptions, WorkerPoolOptions } from './worker-pool-options.ts';
import { SupervisedWorker, type Downfall } from './supervised-worker.ts';
import type { StartThread } from './thread.ts';

/**
 *                      ┌─ nothing else runs, nothing waits ─▶ wide worker
 *   submit ─▶ FIFO ────┤
 *                      └─ otherwise ─▶ the next idle narrow worker
 */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #record: FailureRecord;
  readonly #narrow: readonly SupervisedWorker[];
  readonly #wide: SupervisedWorker | undefined;
  readonly #cancelRestarts = new Set<() => void>();
  #queue: PendingJob[] = [];
  #phase: 'starting' | 'serving' | 'closed' = 'starting';
  #start: { onReady(): void; onDown(cause: Error): void } | undefined;
  #onDrained: (() => void) | undefined;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    this.#record = new FailureRecord(options.limits);
    this.#narrow = options.narrow.map((startThread) => this.#supervise(startThread));
    this.#wide = options.wide === undefined ? undefined : this.#supervise(options.wide);
  }

  /** Resolves when every worker has answered its warm-up; rejects, with all of them stopped, when one could not. */
  async start(signal: CallerSignal): Promise<void> {
    const workers = this.#workers();
    let missing = workers.length;
    const abandon = () =>
      this.#start?.onDown(new ServingError('cancelled', 'Loading the model was cancelled.'));
    signal.addEventListener('abort', abandon, { once: true });
    try {
      await new Promise<void>((resolve, reject) => {
        this.#start = {
          onReady: () => {
            missing -= 1;
            if (missing === 0) resolve();
          },
          onDown: reject,
        };
        if (signal.aborted) abandon();
        else for (const worker of workers) worker.start();
      });
      this.#phase = 'serving';
    } catch (error) {
      await this.close(0);
      throw error;
    } finally {
      signal.removeEventListener('abort', abandon);
    }
  }

  /** Why a request that comes now would be refused, if it would. */
  refusal(): ServingError | undefined {
    const readiness = this.readiness();
    if (!readiness.ready) {
      return new ServingError('model-not-ready', `The model is not ready. ${readiness.reason}`, {
        retryAfterSeconds: this.#secondsOfTrouble(),
      });
    }
    if (this.#queue.length < this.#options.maxQueue || this.#couldStartNow()) return undefined;
    return new ServingError('overloaded', 'Too many requests are waiting for this model; try again.', {
      retryAfterSeconds: 1,
    });
  }

  readiness(): Readiness {
    const retryAfterSeconds = this.#secondsOfTrouble();
    if (this.#phase !== 'serving')
      return { ready: false, reason: 'It is not being served.', retryAfterSeconds };
    const { trouble } = this.#record;
    return trouble === undefined
      ? { ready: true }
      : { ready: false, reason: trouble.reason, retryAfterSeconds };
  }

  /**
   * Runs a job after those that wait; whoever respects `maxQueue` asks for the `refusal` first.
   *
   * When the caller leaves, its outcome is `cancelled` at once. A job that still waits is dropped; one that runs goes on
   * to its end, since native code cannot be interrupted, and keeps its worker from the next job for as long.
   */
  submit(job: Job, { signal, isShared }: SubmitOptions): Promise<JobOutputs> {
    const pending = new PendingJob({ job, isShared, signal }, (abandoned) => {
      this.#queue = this.#queue.filter((waiting) => waiting !== abandoned);
    });
    if (this.#phase !== 'serving') pending.reject(this.refusal() ?? new Error('the pool is closed'));
    else if (!signal.aborted) {
      this.#queue.push(pending);
      this.#dispatch();
    }
    return pending.outcome;
  }

  /** Rejects what waits, gives what runs the grace, and ends every thread. */
  async close(graceMilliseconds: number): Promise<void> {
    this.#phase = 'closed';
    this.#rejectWaiting('The model is being unloaded; try again later.');
    for (const cancel of this.#cancelRestarts) cancel();
    this.#cancelRestarts.clear();
    const { clock } = this.#options;
    await settledWithin(clock, graceMilliseconds, this.#drained());
    // Native code cannot be interrupted: a thread that is stuck in it must not hold up the end of the others.
    await settledWithin(clock, 1000, Promise.all(this.#workers().map((worker) => worker.stop())));
  }

  #workers(): readonly SupervisedWorker[] {
    return this.#wide === undefined ? this.#narrow : [...this.#narrow, this.#wide];
  }

  #supervise(startThread: StartThread): SupervisedWorker {
    const worker = new SupervisedWorker(startThread, {
      onReady: () => {
        this.#welcome();
      },
      onIdle: () => {
        this.#dispatch();
      },
      onDown: (cause, during) => {
        this.#replace(worker, cause, during);
      },
    });
    return worker;
  }

  #welcome(): void {
    const before = this.#record.trouble;
    this.#record.noteReady(this.#options.clock.now());
    const { trouble } = this.#record;
    if (before !== trouble && trouble === undefined) this.#options.onEvent({ type: 'ready-again' });
    this.#start?.onReady();
    this.#dispatch();
  }

  #replace(worker: SupervisedWorker, cause: Error, during: Downfall): void {
    this.#noteIfDrained();
    if (this.#phase === 'closed') return;
    if (this.#phase === 'starting') {
      this.#start?.onDown(cause);
      return;
    }
    const { clock } = this.#options;
    this.#options.onEvent({ type: 'worker-down', cause, whileServing: during !== 'start' });
    if (during === 'start') this.#record.noteFailedStart(clock.now());
    else this.#record.noteDeath(clock.now(), during);
    const { trouble } = this.#record;
    if (trouble === undefined) {
      worker.start();
      return;
    }
    this.#options.onEvent({ type: 'not-ready', reason: trouble.reason });
    this.#rejectWaiting(`The model is not ready. ${trouble.reason}`);
    const cancel = clock.after(Math.max(0, trouble.until - clock.now()), () => {
      this.#cancelRestarts.delete(cancel);
      worker.start();
    });
    this.#cancelRestarts.add(cancel);
  }

  #dispatch(): void {
    this.#noteIfDrained();
    if (this.#phase !== 'serving') return;
    for (let next = this.#queue[0]; next !== undefined; next = this.#queue[0]) {
      const worker = this.#workerFor(next);
      if (worker === undefined) return;
      this.#queue.shift();
      const pending = next;
      worker.run(pending.job).then(
        (outputs) => {
          this.#record.noteAnswer();
          pending.resolve(outputs);
        },
        (error: unknown) => {
          pending.reject(error instanceof Error ? error : new Error(String(error)));
        },
      );
    }
  }

  #workerFor(pending: PendingJob): SupervisedWorker | undefined {
    const wide = this.#wide?.isIdle === true && !this.#isRunning() ? this.#wide : undefined;
    const isAlone = this.#queue.length === 1 && !pending.isShared;
    const narrow = this.#narrow.find((worker) => worker.isIdle);
    return isAlone ? (wide ?? narrow) : (narrow ?? wide);
  }

  #couldStartNow(): boolean {
    if (this.#queue.length > 0) return false;
    return (
      this.#narrow.some((worker) => worker.isIdle) || (this.#wide?.isIdle === true && !this.#isRunning())
    );
  }

  #isRunning(): boolean {
    return this.#workers().some((worker) => worker.isBusy);
  }

  #rejectWaiting(sentence: string): void {
    const waiting = this.#queue;
    this.#queue = [];
    const retryAfterSeconds = this.#secondsOfTrouble();
    for (const pending of waiting)
      pending.reject(new ServingError('model-not-ready', sentence, { retryAfterSeconds }));
  }

  #secondsOfTrouble(): number {
    const { trouble } = this.#record;
    if (trouble === undefined) return 1;
    return Math.max(1, Math.ceil((trouble.until - this.#options.clock.now()) / 1000));
  }

  async #drained(): Promise<void> {
    if (!this.#isRunning()) return;
    await new Promise<void>((resolve) => {
      this.#onDrained = resolve;
    });
  }

  #noteIfDrained(): void {
    if (!this.#isRunning()) this.#onDrained?.();
  }
}
