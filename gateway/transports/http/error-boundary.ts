/** The only place where an error becomes an HTTP answer. */
import type { Context, Middleware } from 'koa';
import { ServingError } from '../../domain/errors.ts';
import type { HttpLog } from './http-log.ts';
import { REQUEST_ID_HEADER } from './request-id.ts';
import { statusTable } from './status-table.ts';

/** Answers `{"error": sentence}`; whatever is not a `ServingError` is told to the log alone. */
export function errorBoundary(log: HttpLog): Middleware {
  return async (context, next) => {
    try {
      await next();
    } catch (thrown) {
      answer(context, thrown, log);
    }
  };
}

function answer(context: Context, thrown: unknown, log: HttpLog): void {
  const requestId = context.response.get(REQUEST_ID_HEADER);
  const error = toServingError(thrown, requestId);
  const status = statusTable[error.kind];
  const fields = { requestId, kind: error.kind, status, error: error.cause };
  // A refusal without a cause is told by the access log; a model that is loading would fill the log otherwise.
  if (error.cause !== undefined && status < 500) log.info(fields, error.message);
  else if (error.cause !== undefined && error.kind === 'model-not-ready') log.warn(fields, error.message);
  else if (status >= 500 && error.kind !== 'model-not-ready') log.error(fields, error.message);
  context.status = status;
  if (error.retryAfterSeconds !== undefined) context.set('Retry-After', String(error.retryAfterSeconds));
  if (error.allowedMethods !== undefined) context.set('Allow', error.allowedMethods.join(', '));
  context.body = { error: error.message };
}

function toServingError(thrown: unknown, requestId: string): ServingError {
  if (thrown instanceof ServingError) return thrown;
  const sentence = `Something failed inside the server. Its log says what, under request id ${requestId}.`;
  return new ServingError('internal', sentence, { cause: thrown });
}
