/** The only place where an error becomes an HTTP answer. */
import type { Context, Middleware } from 'koa';
import { ServingError, type ErrorKind } from '../../domain/errors.ts';
import type { HttpLog } from './http-log.ts';
import { REQUEST_ID_HEADER } from './request-id.ts';
import { statusTable } from './status-table.ts';

/** How errors are said on the paths of one protocol. */
export interface ErrorDialect {
  readonly statusTable: Readonly<Record<ErrorKind, number>>;
  /** What becomes the body of the answer. */
  readonly body: (sentence: string) => object | string;
}

const ownDialect: ErrorDialect = { statusTable, body: (sentence) => ({ error: sentence }) };

/** Answers `{"error": sentence}`; whatever is not a `ServingError` is told to the log alone. */
export function errorBoundary(log: HttpLog, dialect = ownDialect): Middleware {
  return async (context, next) => {
    try {
      await next();
    } catch (thrown) {
      answer(context, thrown, { log, dialect });
    }
  };
}

function answer(
  context: Context,
  thrown: unknown,
  { log, dialect }: { readonly log: HttpLog; readonly dialect: ErrorDialect },
): void {
  const requestId = context.response.get(REQUEST_ID_HEADER);
  const error = toServingError(thrown, requestId);
  const status = dialect.statusTable[error.kind];
  tell(log, error, { requestId, status });
  context.status = status;
  if (error.retryAfterSeconds !== undefined) context.set('Retry-After', String(error.retryAfterSeconds));
  if (error.allowedMethods !== undefined) context.set('Allow', error.allowedMethods.join(', '));
  if (error.kind === 'unauthenticated') context.set('WWW-Authenticate', 'Bearer realm="fovea"');
  context.body = dialect.body(error.message);
  // Koa takes a text for plain text, and adds a character set, with which KServe's client does not read the sentence.
  context.set('Content-Type', 'application/json');
}

/** A departure, and a refusal without a cause, are told by the access log; they would fill this one otherwise. */
function tell(
  log: HttpLog,
  error: ServingError,
  { requestId, status }: { readonly requestId: string; readonly status: number },
): void {
  const { kind, message } = error;
  const cause = causeBeneath(error);
  const fields = { requestId, kind, status, error: cause };
  if (kind === 'cancelled') return;
  if (cause !== undefined && status < 500) log.info(fields, message);
  else if (cause !== undefined && kind === 'model-not-ready') log.warn(fields, message);
  else if (status >= 500 && kind !== 'model-not-ready') log.error(fields, message);
}

/** A refusal may wrap another that says the same in fewer words, such as without the name of the picture. */
function causeBeneath({ cause }: ServingError): unknown {
  return cause instanceof ServingError ? causeBeneath(cause) : cause;
}

function toServingError(thrown: unknown, requestId: string): ServingError {
  if (thrown instanceof ServingError) return thrown;
  const sentence = `Something failed inside the server. Its log says what, under request id ${requestId}.`;
  return new ServingError('internal', sentence, { cause: thrown });
}
