/** Tells work in progress that its client has left, and a departure from other failures. */
import type { ServerResponse } from 'node:http';

/** What the system calls it when the other end of a connection is no longer there. */
const departureCodes: ReadonlySet<unknown> = new Set([
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** A signal that is aborted when the connection closes before the answer has been sent. */
export function departureSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  const noticeDeparture = (): void => {
    if (!response.writableFinished) controller.abort();
  };
  if (response.closed || response.destroyed) noticeDeparture();
  else response.once('close', noticeDeparture);
  return controller.signal;
}

/** Calls back once the answer has left or its client has, at once when that is so already. */
export function whenClosed(response: ServerResponse, callback: () => void): void {
  if (response.closed) callback();
  else response.once('close', callback);
}

/** Whether a failed socket says no more than that its client is gone. */
export function isDeparture(error: unknown): boolean {
  return error instanceof Error && 'code' in error && departureCodes.has(error.code);
}
