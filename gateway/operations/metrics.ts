/** `GET /metrics`: what every protocol counts, in one text for Prometheus, where most programs look for it. */
import Router, { type RouterMiddleware } from '@koa/router';
import { ServingError } from '../domain/errors.ts';

/** @param expositions those of the protocols; each has names of its own */
export function metricsRoutes(expositions: readonly (() => string)[]): RouterMiddleware[] {
  const router = new Router();
  router.get('/metrics', (context) => {
    context.body = expositions.map((write) => write()).join('');
    context.type = 'text/plain; version=0.0.4; charset=utf-8';
  });
  return [router.routes(), router.allowedMethods()];
}

/** For a port that has nothing else. */
export function loneMetricsRoutes(expositions: readonly (() => string)[]): RouterMiddleware[] {
  return [
    async (context, next) => {
      if (context.path !== '/metrics')
        throw new ServingError('not-found', 'This port has nothing but /metrics.');
      await next();
    },
    ...metricsRoutes(expositions),
  ];
}
