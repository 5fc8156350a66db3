/** Lets a client that asks first (`Expect: 100-continue`) send its body only once somebody wants to read it. */
import type { IncomingMessage, ServerResponse } from 'node:http';

/** `100 Continue` leaves when the body gets its first reader; a request refused before that is never sent at all. */
export function expectContinue(request: IncomingMessage, response: ServerResponse): void {
  const invite = (event: string | symbol): void => {
    if (event !== 'data') return;
    request.off('newListener', invite);
    if (!response.headersSent && response.writable) response.writeContinue();
  };
  request.on('newListener', invite);
}
