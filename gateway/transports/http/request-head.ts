/** Refuses, before anything looks at it, a request whose head HTTP itself does not allow. */
import type { IncomingMessage } from 'node:http';
import type { Context, Middleware } from 'koa';
import { ServingError } from '../../domain/errors.ts';

/** Node's own reading of `Expect`, by which it decides to ask us or to let the client go on. */
const expectsToContinue = /(?:^|\W)100-continue(?:$|\W)/i;

/**
 * Node would refuse a missing Host and an unknown expectation by itself, without a word, a request id or a line in the
 * log; and a target that is no URL makes every look at the path throw.
 *
 * @throws ServingError `invalid-input`
 */
export function requireSoundHead(): Middleware {
  return (context, next) => {
    requireTarget(context.req);
    requireHost(context.req);
    if (!expectsTheUnknown(context.req)) return next();
    refuseExpectation(context);
    return undefined;
  };
}

function requireTarget({ url = '' }: IncomingMessage): void {
  if (url.startsWith('/') || url === '*' || URL.canParse(url)) return;
  throw new ServingError(
    'invalid-input',
    'The target of the request is not a path or a URL; ask for a path such as /health.',
  );
}

function requireHost({ httpVersion, headers }: IncomingMessage): void {
  if (httpVersion !== '1.1' || headers.host !== undefined) return;
  throw new ServingError(
    'invalid-input',
    'The request has no Host header, which HTTP/1.1 asks for; send one.',
  );
}

function expectsTheUnknown({ httpVersion, headers: { expect } }: IncomingMessage): boolean {
  return httpVersion === '1.1' && expect !== undefined && !expectsToContinue.test(expect);
}

/** The one status of its own: no kind of error says that everything but the expectation could be met. */
function refuseExpectation(context: Context): void {
  context.status = 417;
  context.body = {
    error: 'The Expect header asks for something unknown here; leave it out, or send 100-continue.',
  };
}
