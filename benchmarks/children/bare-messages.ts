/** What the bare loop and its threads say to each other. */
import type { Request } from './answer-requests.ts';

export interface BareAssignment {
  /** The request that opened the loop. */
  readonly request: Request;
  /** One number: the next item to take. */
  readonly counter: Int32Array;
}

/** Milliseconds of every item a thread has done. */
export interface BareTimes {
  readonly items: readonly number[];
  readonly decodes: readonly number[];
  readonly forwards: readonly number[];
}

export function isBareAssignment(value: unknown): value is BareAssignment {
  return typeof value === 'object' && value !== null && 'request' in value && 'counter' in value;
}

export function isBareTimes(value: unknown): value is BareTimes {
  return typeof value === 'object' && value !== null && 'items' in value && 'decodes' in value;
}
