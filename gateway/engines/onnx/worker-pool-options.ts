/** What a worker pool is made of and what it tells. */
import type { CallerSignal } from '../../domain/caller-signal.ts';
import type { FailureLimits } from './failure-record.ts';
import type { Clock } from '../../clock.ts';
import type { StartThread } from './thread.ts';

export interface WorkerPoolOptions {
  readonly narrow: readonly StartThread[];
  readonly wide?: StartThread | undefined;
  /** Jobs that may wait while every worker is busy. */
  readonly maxQueue: number;
  readonly limits: FailureLimits;
  readonly clock: Clock;
  /** Told of every worker that went down and of the recovery of the model. */
  onEvent(event: PoolEvent): void;
}

export type PoolEvent =
  | { readonly type: 'worker-down'; readonly cause: Error; readonly whileServing: boolean }
  | { readonly type: 'not-ready'; readonly reason: string }
  | { readonly type: 'ready-again' };

export interface SubmitOptions {
  readonly signal: CallerSignal;
  /** Whether the job is one of several parts of a request. */
  readonly isShared: boolean;
}
