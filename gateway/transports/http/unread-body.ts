/** Lets a refused upload go: the answer first, then a little more reading; after a long one the connection is closed. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Middleware } from 'koa';

/** A client already sending gets this much read and thrown away, so that it sees the answer and not a reset. */
const FAREWELL_BYTES = 1024 * 1024;
const FAREWELL_MILLISECONDS = 1000;

/**
 * Left alone, Node would read and discard whatever a refused client still sends, without end; and closing at once
 * with bytes unread makes the kernel send a reset that can overtake the answer.
 */
export function unreadBody(): Middleware {
  return async (context, next) => {
    await next();
    const { req, res } = context;
    if (!isStillArriving(req) || res.headersSent || !context.writable) return;
    if (isShort(req)) {
      // The rest is read and thrown away, so that the connection serves the next request.
      req.resume();
      return;
    }
    const answer: unknown = context.body;
    const isText = answer === undefined || typeof answer === 'string';
    const body = Buffer.from(isText ? (answer ?? '') : JSON.stringify(answer));
    context.length = body.byteLength;
    context.set('Connection', 'close');
    context.respond = false;
    // The whole answer leaves now; `end`, which closes the socket, is what waits.
    res.write(body);
    sayFarewell(req, res);
  };
}

function isStillArriving(request: IncomingMessage): boolean {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  const hasBody = encoding !== undefined || Number(length ?? 0) > 0;
  return hasBody && !request.complete;
}

/** It says how long it is, and that is no more than is read in a farewell. */
function isShort({ headers }: IncomingMessage): boolean {
  const { 'content-length': length, expect } = headers;
  // Who asks first and is refused does not send the body at all.
  return expect === undefined && length !== undefined && Number(length) <= FAREWELL_BYTES;
}

function sayFarewell(request: IncomingMessage, response: ServerResponse): void {
  let bytesLeft = FAREWELL_BYTES;
  const close = (): void => {
    clearTimeout(timer);
    request.off('data', discard).off('end', close).off('close', close).pause();
    response.end();
  };
  const discard = (chunk: Buffer): void => {
    bytesLeft -= chunk.byteLength;
    // Reading ends here but the connection does not yet: a reset now could still overtake the answer.
    if (bytesLeft <= 0) request.off('data', discard).pause();
  };
  const timer = setTimeout(close, FAREWELL_MILLISECONDS);
  request.on('data', discard).once('end', close).once('close', close).resume();
}
