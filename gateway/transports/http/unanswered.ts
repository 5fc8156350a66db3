/** Turns a request that no route took into the error that says why. */
import type { Middleware } from 'koa';
import { ServingError } from '../../domain/errors.ts';

/** @throws ServingError `not-found`, or `method-not-allowed` when a route has the path but not the method */
export function refuseUnanswered(): Middleware {
  return async (context, next) => {
    await next();
    if (context.body !== undefined && context.body !== null) return;
    if (context.status === 404) {
      throw new ServingError('not-found', 'There is nothing at this path. GET / lists what there is.');
    }
    if (context.status === 405 || context.status === 501) {
      const allowedMethods = context.response.get('Allow').split(/,\s*/).filter(Boolean);
      const sentence = `${context.method} does not work on this path. What works: ${allowedMethods.join(', ')}.`;
      throw new ServingError('method-not-allowed', sentence, { allowedMethods });
    }
  };
}
