/** A job from the moment it is asked for to its one outcome: outputs, an error, or its caller's departure. */
import type { CallerSignal } from '../../domain/caller-signal.ts';
import { ServingError } from '../../domain/errors.ts';
import type { Job, JobOutputs } from './messages.ts';

interface Settlement {
  resolve(outputs: JobOutputs): void;
  reject(error: Error): void;
}

export class PendingJob {
  readonly job: Job;
  /** Part of a request that several workers share; it must not take the CPUs of all of them. */
  readonly isShared: boolean;
  readonly outcome: Promise<JobOutputs>;
  readonly #settlement: Settlement;

  /** @param onAbandoned called once when the signal is aborted before the outcome; the outcome is then `cancelled`. */
  constructor(
    { job, isShared, signal }: { job: Job; isShared: boolean; signal: CallerSignal },
    onAbandoned: (pending: PendingJob) => void,
  ) {
    this.job = job;
    this.isShared = isShared;
    let settlement: Settlement | undefined;
    this.outcome = new Promise<JobOutputs>((resolve, reject) => {
      settlement = { resolve, reject };
    }).finally(() => {
      signal.removeEventListener('abort', abandon);
    });
    if (settlement === undefined) throw new Error('a promise calls its executor at once');
    this.#settlement = settlement;
    const abandon = () => {
      this.reject(new ServingError('cancelled', 'The request was cancelled.'));
      onAbandoned(this);
    };
    if (signal.aborted) abandon();
    else signal.addEventListener('abort', abandon, { once: true });
  }

  /** Without effect when there is an outcome already. */
  resolve(outputs: JobOutputs): void {
    this.#settlement.resolve(outputs);
  }

  /** Without effect when there is an outcome already. */
  reject(error: Error): void {
    this.#settlement.reject(error);
  }
}
