/** The HTTP status of every kind of error. */
import type { ErrorKind } from '../../domain/errors.ts';

/** `cancelled` reaches the access log only, since its client has gone; 499 is what nginx writes there. */
export const statusTable: Readonly<Record<ErrorKind, number>> = {
  'invalid-input': 400,
  'unsupported-image': 400,
  'unsupported-media-type': 415,
  'too-large': 413,
  unauthenticated: 401,
  'not-found': 404,
  'method-not-allowed': 405,
  'model-not-found': 404,
  'model-not-ready': 503,
  overloaded: 429,
  'deadline-exceeded': 504,
  cancelled: 499,
  'backend-unavailable': 503,
  'backend-failed': 502,
  'model-failed': 500,
  internal: 500,
};
