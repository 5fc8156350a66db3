/** Tells work in progress that its client has left. */
import type { ServerResponse } from 'node:http';

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
