/** The gRPC status of every kind of error. */
import { status } from '@grpc/grpc-js';
import type { ErrorKind } from '../../domain/errors.ts';

/**
 * A full queue is UNAVAILABLE, as TensorFlow Serving and Triton have it; RESOURCE_EXHAUSTED is what gRPC itself says of a
 * message that is too large.
 */
export const statusTable: Readonly<Record<ErrorKind, status>> = {
  'invalid-input': status.INVALID_ARGUMENT,
  'unsupported-image': status.INVALID_ARGUMENT,
  'unsupported-media-type': status.INVALID_ARGUMENT,
  'too-large': status.RESOURCE_EXHAUSTED,
  unauthenticated: status.UNAUTHENTICATED,
  'not-found': status.NOT_FOUND,
  'method-not-allowed': status.UNIMPLEMENTED,
  'model-not-found': status.NOT_FOUND,
  'model-not-ready': status.UNAVAILABLE,
  overloaded: status.UNAVAILABLE,
  'deadline-exceeded': status.DEADLINE_EXCEEDED,
  cancelled: status.CANCELLED,
  'backend-unavailable': status.UNAVAILABLE,
  'backend-failed': status.UNKNOWN,
  'model-failed': status.INTERNAL,
  internal: status.INTERNAL,
};

/** The name of the status, such as `INVALID_ARGUMENT`. */
export const statusName = (kind: ErrorKind): string => status[statusTable[kind]];
