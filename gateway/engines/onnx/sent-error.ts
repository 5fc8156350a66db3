/** Errors across the border between threads: a ServingError becomes plain fields and a ServingError again. */
import { ServingError } from '../../domain/errors.ts';
import type { SentError } from './messages.ts';

/** An error that is not a ServingError is the backend's; its words go to the log only. */
export function toSentError(error: unknown, sentenceOtherwise: string): SentError {
  if (error instanceof ServingError) {
    const { kind, message: sentence, row } = error;
    return { kind, sentence, row, cause: describe(error.cause ?? error) };
  }
  return { kind: 'model-failed', sentence: sentenceOtherwise, row: undefined, cause: describe(error) };
}

export function fromSentError(sent: SentError): ServingError {
  const row = sent.row === undefined ? {} : { row: sent.row };
  return new ServingError(sent.kind, sent.sentence, { ...row, cause: new Error(sent.cause) });
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
