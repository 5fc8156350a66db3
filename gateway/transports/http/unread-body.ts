/** Lets a refused upload go: the answer first, then a little more reading, then the connection is closed. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Middleware } from 'koa';

/** A client already sending gets this much read and thrown away, so that it sees the answer and not a reset. */
const FAREWELL_BYTES = 1024 * 1024;
const FAREWELL_MILLISECONDS = 1000;
/** What Node may as well read and throw away, so that the connection serves the next request. */
const TRIFLE_BYTES = 64 * 1024;

/**
 * Left alone, Node would read and discard whatever a refused client still sends, without end; and closing at once
 * with bytes unread makes the kernel send a reset that can overtake the answer.
 */
export function unreadBody(): Middleware {
  return async (context, next) => {
    await next();
    const { req, res } = context;
    if (!isStillArriving(req) || res.headersSent || !context.writable) return;
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
  const { 'content-length': length, 'transfer-encoding': encoding, expect } = request.headers;
  // Who asks first and is refused does not send the body at all.
  const trifle = expect === undefined ? TRIFLE_BYTES : 0;
  const hasBody = encoding !== undefined || Number(length ?? 0) > trifle;
  return hasBody && !request.complete;
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
