/** Turns what went wrong at a backend into what a client may read: one total table. */
import type { EndReason } from '../../deadline.ts';
import { ServingError } from '../../domain/errors.ts';
import type { ErrorKind } from '../../domain/errors.ts';
import { BackendFault } from './backend-fault.ts';
import type { FaultReason } from './backend-fault.ts';

/** What the refused inputs were: a picture as it came, tensors of the caller's, or a picture that was prepared here. */
export type Subject = 'picture' | 'tensors' | 'prepared';

interface PublicWords {
  readonly kind: ErrorKind;
  readonly sentence: string;
  readonly retryAfterSeconds?: number;
}

const retryAfterSeconds = 1;

const unusable: PublicWords = {
  kind: 'backend-failed',
  sentence: 'The model server behind the gateway gave no usable answer.',
};

const late: PublicWords = {
  kind: 'deadline-exceeded',
  sentence: 'The model server behind the gateway did not answer in time.',
};

const words: Readonly<Record<Exclude<FaultReason, 'aborted' | 'refused'>, PublicWords>> = {
  unavailable: {
    kind: 'backend-unavailable',
    sentence: 'The model server behind the gateway cannot be reached; try again in a moment.',
    retryAfterSeconds,
  },
  declined: {
    kind: 'backend-unavailable',
    sentence: 'The model server behind the gateway is not available for this model; try again in a moment.',
    retryAfterSeconds,
  },
  late,
  'not-served': {
    kind: 'model-not-ready',
    sentence: 'The model server behind the gateway does not serve this model at the moment; try again soon.',
    retryAfterSeconds,
  },
  loading: {
    kind: 'model-not-ready',
    sentence: 'The model server behind the gateway is still loading this model; try again in a moment.',
    retryAfterSeconds,
  },
  broken: {
    kind: 'model-not-ready',
    sentence: 'The model server behind the gateway could not load this model; its log says why.',
  },
  overloaded: {
    kind: 'overloaded',
    sentence: 'The model server behind the gateway has too much to do; try again in a moment.',
    retryAfterSeconds,
  },
  'too-long': {
    kind: 'too-large',
    sentence:
      'The request is larger than the model server behind the gateway takes; send fewer or smaller pictures.',
  },
  failed: unusable,
};

const wordsOfRefusal: Readonly<Record<Subject, PublicWords>> = {
  picture: {
    kind: 'unsupported-image',
    sentence: 'The picture is truncated, corrupt or of a format that the model cannot decode.',
  },
  tensors: {
    kind: 'invalid-input',
    sentence: 'The model refused the inputs: a size or a value is not one that it takes.',
  },
  // What was prepared here fits the signature, so the sender of the picture cannot be at fault.
  prepared: unusable,
};

const wordsOfEnd: Readonly<Record<EndReason, PublicWords>> = {
  late,
  gone: { kind: 'cancelled', sentence: 'The request was cancelled.' },
  closed: { kind: 'model-not-ready', sentence: 'The model has been closed.' },
};

export interface Circumstances {
  readonly subject: Subject;
  /** Why the gateway gave up, if it did. */
  readonly ended: EndReason | undefined;
}

/** An error that is no fault of a backend stays what it is, unless it only says that the gateway gave up. */
export function publicError(error: unknown, { subject, ended }: Circumstances): unknown {
  const isGivenUp = error instanceof ServingError && error.kind === 'cancelled' && ended !== undefined;
  if (isGivenUp) return errorOf(wordsOfEnd[ended], error);
  if (!(error instanceof BackendFault)) return error;
  return errorOf(wordsFor(error.reason, subject, ended), error);
}

function errorOf({ kind, sentence, ...rest }: PublicWords, cause: ServingError | BackendFault): ServingError {
  const at = cause.row === undefined ? {} : { row: cause.row };
  return new ServingError(kind, sentence, { ...rest, ...at, cause });
}

function wordsFor(reason: FaultReason, subject: Subject, ended: EndReason | undefined): PublicWords {
  if (reason === 'refused') return wordsOfRefusal[subject];
  if (reason !== 'aborted') return words[reason];
  return ended === undefined ? unusable : wordsOfEnd[ended];
}
