/** The closed set of things that can go wrong, each with a sentence for the client and a cause for the log. */

export const errorKinds = [
  'invalid-input',
  'unsupported-image',
  'unsupported-media-type',
  'too-large',
  'unauthenticated',
  'not-found',
  'method-not-allowed',
  'model-not-found',
  'model-not-ready',
  'overloaded',
  'deadline-exceeded',
  'cancelled',
  'backend-unavailable',
  'backend-failed',
  'model-failed',
  'internal',
] as const;

export type ErrorKind = (typeof errorKinds)[number];

export interface ServingErrorOptions {
  /** What really happened; goes to the log, never to a client. */
  readonly cause?: unknown;
  /** Zero-based index of the picture at fault when a request holds several. */
  readonly row?: number;
  /** Whole seconds after which trying again makes sense. */
  readonly retryAfterSeconds?: number;
  /** HTTP methods that would have worked, for `method-not-allowed`. */
  readonly allowedMethods?: readonly string[];
}

/**
 * An error whose message may be shown to a client.
 *
 * The message says what is wrong and what to do about it; it never holds a path, a stack or another program's words.
 */
export class ServingError extends Error {
  readonly kind: ErrorKind;
  readonly row: number | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly allowedMethods: readonly string[] | undefined;

  constructor(kind: ErrorKind, publicSentence: string, options: ServingErrorOptions = {}) {
    super(publicSentence, { cause: options.cause });
    this.name = 'ServingError';
    this.kind = kind;
    this.row = options.row;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.allowedMethods = options.allowedMethods;
  }
}
