/** Assembles the Koa application: what every request passes, then the front-ends. */
import Koa, { type Context, type DefaultState, type Middleware } from 'koa';
import { accessLog } from './access-log.ts';
import { isDeparture } from './departure.ts';
import { errorBoundary } from './error-boundary.ts';
import type { HttpLog } from './http-log.ts';
import { requireSoundHead } from './request-head.ts';
import { requestId } from './request-id.ts';
import { underRootPath } from './root-path.ts';
import { refuseUnanswered } from './unanswered.ts';
import { unreadBody } from './unread-body.ts';

/**
 * A protocol's routes; it calls `next` for paths that are not its own. A router's middleware asks for a context that
 * only the router itself completes, hence a type that takes every middleware.
 */
export type FrontEnd = Middleware<DefaultState, never>;

/** A request and its answer, for front-ends that need no router. */
export type HttpContext = Context;

export interface ApplicationOptions {
  readonly frontEnds: readonly FrontEnd[];
  readonly log: HttpLog;
  /** A prefix under which everything is found too, such as `/system/services/fovea/exposed`. */
  readonly rootPath?: string | undefined;
}

export function createApplication({ frontEnds, log, rootPath }: ApplicationOptions): Koa {
  const application = new Koa();
  // What reaches this listener has no client left to answer; that a client has left, its access line says already.
  application.on('error', (error: unknown) => {
    if (!isDeparture(error)) log.warn({ error }, 'An answer could not be delivered.');
  });
  const passages = [
    // Around the boundary stands only what its answers need: a name for the request, and the way out for its body.
    requestId(),
    unreadBody(),
    errorBoundary(log),
    accessLog(log),
    requireSoundHead(),
    underRootPath(rootPath),
    refuseUnanswered(),
  ];
  for (const passage of passages) application.use(passage);
  for (const frontEnd of frontEnds) application.use(frontEnd);
  return application;
}
