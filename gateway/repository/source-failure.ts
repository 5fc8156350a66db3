/** Why one source of a model did not work; the next source is tried. */
import { errorCode } from './file-system-words.ts';

/**
 * `unreachable`: the network failed, so being offline may explain it and what has arrived is worth keeping.
 * `refused`: the source answers, but not with the file.
 * `wrong-content`: what it sends is not what the manifest describes, so nothing of it is kept.
 */
export type SourceFailureKind = 'unreachable' | 'refused' | 'wrong-content';

/** The failure of one source. The message completes the sentence "<source>: …". */
export class SourceFailure extends Error {
  readonly kind: SourceFailureKind;

  constructor(kind: SourceFailureKind, words: string, options: { readonly cause?: unknown } = {}) {
    super(words, { cause: options.cause });
    this.name = 'SourceFailure';
    this.kind = kind;
  }
}

const networkWords: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name could not be looked up',
  ECONNREFUSED: 'the host refuses connections',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  ETIMEDOUT: 'the host does not answer',
  UND_ERR_CONNECT_TIMEOUT: 'the host does not answer',
  UND_ERR_HEADERS_TIMEOUT: 'the host does not answer',
  UND_ERR_BODY_TIMEOUT: 'the host stopped sending',
  ENETUNREACH: 'there is no way to that network',
  EHOSTUNREACH: 'there is no way to that host',
  ENETDOWN: 'the network is down',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is self-signed',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate cannot be verified',
};

/** The failure of a request that got no answer, or no complete one. */
export function networkFailure(cause: unknown): SourceFailure {
  // fetch wraps what happened; several addresses of one host come as an AggregateError, whose code is the first one's.
  const inner = cause instanceof Error && cause.cause !== undefined ? cause.cause : cause;
  const code = errorCode(inner);
  const words = networkWords[code] ?? `the connection failed (${code})`;
  return new SourceFailure('unreachable', words, { cause });
}
