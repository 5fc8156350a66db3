/** Runs what takes long in a thread of its own, one task after the other, so that whoever answers everybody is not held. */
import { Worker } from 'node:worker_threads';
import type { CallerSignal } from '../domain/caller-signal.ts';
import { ServingError } from '../domain/errors.ts';
import { isTaskOutcome, type TaskOutcome } from './task-outcome.ts';

export interface TaskThreadOptions {
  /** The module that calls `runTasks`; it loads no native code, since the thread is ended from outside. */
  readonly entry: URL;
  /** Says what to do about a task that takes longer than any within the usual limits. */
  readonly tookTooLong: string;
}

/** See `TaskThread.run`. */
export type RunTask<Task, Answer> = (task: Task, memory: readonly ArrayBufferLike[]) => Promise<Answer>;

/** Room for the largest task that the entry takes at once. */
const resourceLimits = { maxOldGenerationSizeMb: 2048 };
/** Longer than any task within the usual limits takes. */
const patienceMilliseconds = 20_000;
/** What the thread has used of memory is given back once nobody has needed it for so long. */
const idleMilliseconds = 5_000;

export class TaskThread<Task, Answer> {
  readonly #options: TaskThreadOptions;
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: TaskThreadOptions) {
    this.#options = options;
  }

  /**
   * @param memory what the task holds of it and gives away, instead of its being copied
   * @param signal aborted when nobody waits for it any more; one that waits for its turn is dropped then
   * @throws ServingError of the task, `cancelled`, or `too-large` for one that takes too long
   */
  async run(task: Task, memory: readonly ArrayBufferLike[], signal?: CallerSignal): Promise<Answer> {
    return this.inTurn((run) => run(task, memory), signal);
  }

  /**
   * Runs several tasks with none of others in between, so that the thread may keep something from one to the next.
   *
   * @param work holds everybody else up until it resolves
   * @param signal as of `run`
   * @throws what `work` throws, or ServingError `cancelled`
   */
  inTurn<Result>(
    work: (run: RunTask<Task, Answer>) => Promise<Result>,
    signal?: CallerSignal,
  ): Promise<Result> {
    const waiting: { work: typeof work | undefined } = { work };
    return new Promise((resolve, reject) => {
      // At once, since it may hold a hundred megabytes and its turn be far away.
      const drop = (): void => {
        waiting.work = undefined;
        reject(new ServingError('cancelled', 'The client has left.'));
      };
      if (signal?.aborted === true) drop();
      signal?.addEventListener('abort', drop);
      // It never fails, and holds no result, which may be large.
      this.#last = this.#last.then(async () => {
        signal?.removeEventListener('abort', drop);
        const { work: meant } = waiting;
        waiting.work = undefined;
        if (meant === undefined) return;
        const result = this.#begin(meant);
        resolve(result);
        await result.then(doNothing, doNothing);
      });
    });
  }

  /** A promise of it, also when it throws at once. */
  async #begin<Result>(work: (run: RunTask<Task, Answer>) => Promise<Result>): Promise<Result> {
    return work((task, memory) => this.#runElsewhere(task, memory));
  }

  /** Ends the thread; what is being run is given up. */
  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    // At once, so that a task which comes meanwhile gets a new one.
    this.#worker = undefined;
    await worker?.terminate();
  }

  async #runElsewhere(task: Task, memory: readonly ArrayBufferLike[]): Promise<Answer> {
    clearTimeout(this.#idle);
    const worker = (this.#worker ??= startThread(this.#options.entry));
    const buffers = memory.filter((buffer) => buffer instanceof ArrayBuffer);
    const outcome = await this.#outcomeOf(worker, () => {
      worker.postMessage(task, buffers);
    });
    if (outcome.outcome === 'done') return outcome.answer;
    throw new ServingError(outcome.kind, outcome.sentence);
  }

  /** A thread that gave no outcome is not asked again. */
  async #outcomeOf(worker: Worker, send: () => void): Promise<TaskOutcome<Answer>> {
    try {
      return await outcomeOf<Answer>(worker, send, this.#options.tookTooLong);
    } catch (error) {
      await this.close();
      throw error;
    } finally {
      this.#idle = setTimeout(() => void this.close(), idleMilliseconds).unref();
    }
  }
}

const doNothing = (): void => undefined;

function startThread(entry: URL): Worker {
  const worker = new Worker(entry, { resourceLimits });
  worker.unref();
  // Between two tasks nobody else listens, and a thread that breaks then is replaced by the next one.
  worker.on('error', () => undefined);
  return worker;
}

async function outcomeOf<Answer>(
  worker: Worker,
  send: () => void,
  tookTooLong: string,
): Promise<TaskOutcome<Answer>> {
  let leave = (): void => undefined;
  try {
    return await new Promise<TaskOutcome<Answer>>((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new ServingError('too-large', tookTooLong));
      }, patienceMilliseconds);
      const take = (message: unknown): void => {
        if (isTaskOutcome<Answer>(message)) resolve(message);
        else reject(new Error('the thread sent something else'));
      };
      const fail = (cause: unknown): void => {
        reject(new Error('The thread failed.', { cause }));
      };
      const end = (): void => {
        reject(new ServingError('cancelled', 'The server is shutting down.'));
      };
      worker.on('message', take).on('error', fail).on('exit', end);
      leave = () => {
        clearTimeout(timer);
        worker.off('message', take).off('error', fail).off('exit', end);
      };
      send();
    });
  } finally {
    leave();
  }
}
