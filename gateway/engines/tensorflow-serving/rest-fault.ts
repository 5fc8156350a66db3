/** What a status of HTTP, or an error of a socket, says about a call to a backend. */
import http from 'node:http';
import { BackendFault, quotation } from './backend-fault.ts';
import type { FaultReason } from './backend-fault.ts';

const reasons: Readonly<Record<number, FaultReason>> = {
  400: 'refused',
  404: 'not-served',
  429: 'overloaded',
  // As TensorFlow Serving spells a call that was cancelled there, which happens when it shuts down.
  499: 'unavailable',
  503: 'unavailable',
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

/**
 * @param code of the error, such as `ECONNRESET`
 * @param request the one that failed, as the library gives it
 */
export function faultOfSocket(error: Error, code: string | undefined, request: unknown): BackendFault {
  const message = `${code ?? error.name}: ${error.message}`;
  if (code === undefined || !unavailableCodes.has(code))
    return new BackendFault('failed', message, { cause: error });
  // An idle connection that the backend closed while the request was on its way.
  const isStale =
    request instanceof http.ClientRequest && request.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(code);
  return new BackendFault('unavailable', message, { cause: error, isWorthRepeating: isStale });
}
