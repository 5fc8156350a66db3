/** One log line a request, written once its answer has left or its client has. */
import type { Middleware } from 'koa';
import type { HttpLog } from './http-log.ts';
import { REQUEST_ID_HEADER } from './request-id.ts';
import { statusTable } from './status-table.ts';

/** Paths from clients can be long; a log line should not be. */
const MAX_LOGGED_PATH = 200;

export function accessLog(log: HttpLog): Middleware {
  return (context, next) => {
    const began = performance.now();
    const { res, method } = context;
    // Cut here rather than asked of Koa, which throws for a target that is no URL.
    const path = context.originalUrl.split('?', 1)[0]?.slice(0, MAX_LOGGED_PATH) ?? '';
    res.once('close', () => {
      // Until an answer has begun, the status on it is a placeholder.
      const status = res.headersSent ? res.statusCode : statusTable.cancelled;
      const fields: Record<string, unknown> = {
        requestId: res.getHeader(REQUEST_ID_HEADER),
        method,
        path,
        status,
        model: res.getHeader('X-Model'),
        milliseconds: Math.round((performance.now() - began) * 10) / 10,
      };
      if (!res.writableFinished) fields['clientLeft'] = true;
      log.info(fields, `${method} ${path} ${status}`);
    });
    return next();
  };
}
