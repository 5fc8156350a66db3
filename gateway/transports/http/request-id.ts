/** Gives every request a name that the answer and the log share. */
import { randomUUID } from 'node:crypto';
import type { Middleware } from 'koa';

export const REQUEST_ID_HEADER = 'X-Request-Id';
const lowerCaseHeader = REQUEST_ID_HEADER.toLowerCase();

/** What a proxy or client may send; anything else could forge log lines or headers. */
const acceptable = /^[\x21-\x7e]{1,128}$/;

/** Keeps the incoming `X-Request-Id` when it is 1 to 128 visible ASCII characters, else makes a UUID. */
export function requestId(): Middleware {
  return ({ req, res }, next) => {
    const incoming = req.headers[lowerCaseHeader];
    const isAcceptable = typeof incoming === 'string' && acceptable.test(incoming);
    res.setHeader(REQUEST_ID_HEADER, isAcceptable ? incoming : randomUUID());
    return next();
  };
}
