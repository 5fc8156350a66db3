/** The HTTP status of every kind of error in TensorFlow Serving's dialect. */
import type { ErrorKind } from '../../domain/errors.ts';

/**
 * A full queue is 503, which its clients try again. TensorFlow Serving has no limit of size and no backend behind it: 413
 * and 502 say here what they say on every other path.
 */
export const httpStatusTable: Readonly<Record<ErrorKind, number>> = {
  'invalid-input': 400,
  'unsupported-image': 400,
  'unsupported-media-type': 400,
  'too-large': 413,
  unauthenticated: 401,
  'not-found': 404,
  'method-not-allowed': 400,
  'model-not-found': 404,
  'model-not-ready': 503,
  overloaded: 503,
  'deadline-exceeded': 504,
  cancelled: 499,
  'backend-unavailable': 503,
  'backend-failed': 502,
  'model-failed': 500,
  internal: 500,
};
