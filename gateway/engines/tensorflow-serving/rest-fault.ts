/** What a status of HTTP, or an error of a connection, says about a call to a backend. */
import { AnswerError } from '../../http1/answer-error.ts';
import { BackendFault, quotation } from './backend-fault.ts';
import type { FaultReason } from './backend-fault.ts';

const reasons: Readonly<Record<number, FaultReason>> = {
  400: 'refused',
  404: 'not-served',
  413: 'too-long',
  429: 'overloaded',
  // As TensorFlow Serving spells a call that was cancelled there, which happens when it shuts down.
  499: 'declined',
  503: 'declined',
  504: 'late',
};

/** These say something about the request only when TensorFlow Serving says it, not a proxy that knows no such path. */
const ownReasons: ReadonlySet<FaultReason> = new Set(['refused', 'not-served']);

/** @param body of the answer, whose status is not 200 */
export function faultOfStatus(status: number, body: Buffer): BackendFault {
  const words = body.toString('utf8', 0, 2000);
  const reason = reasons[status] ?? 'failed';
  const isItsOwn = /^\s*\{\s*"error"/.test(words);
  const message = `HTTP status ${status}: ${quotation(words)}`;
  return new BackendFault(ownReasons.has(reason) && !isItsOwn ? 'failed' : reason, message);
}

/** Of the connection, before any answer. */
const unavailableCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EAI_NODATA',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'ECONNABORTED',
  'EADDRNOTAVAIL',
]);

const closedByBackend: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE']);

/**
 * @param error that came before any answer
 * @param isReused whether answers came over the connection before
 */
export function faultOfSocket(error: Error, isReused: boolean): BackendFault {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  const message = `${code}: ${error.message}`;
  if (!unavailableCodes.has(code)) return new BackendFault('failed', message, { cause: error });
  // An idle connection that the backend closed while the request was on its way.
  const isWorthRepeating = isReused && closedByBackend.has(code);
  return new BackendFault('unavailable', message, { cause: error, isWorthRepeating });
}

/** After it had begun. */
export function faultOfBrokenAnswer(cause: Error): BackendFault {
  return new BackendFault('failed', 'the answer broke off', { cause, isConnectionBroken: true });
}

/** @param cause says that it is no answer, or too long for one; anything else, such as a lack of memory, is ours */
export function faultOfAnswer(cause: unknown): BackendFault {
  if (!(cause instanceof AnswerError))
    return new BackendFault('failed', 'the answer could not be read', { cause });
  const { flaw, message } = cause;
  return new BackendFault('failed', flaw === 'http2' ? `${message}: the port is one for gRPC` : message, {
    cause,
    isConnectionBroken: flaw !== 'too-long',
  });
}
