/** What a thread that runs tasks sends back for each of them. */
import type { ErrorKind } from '../domain/errors.ts';

export type TaskOutcome<Answer> =
  | { readonly outcome: 'done'; readonly answer: Answer }
  | { readonly outcome: 'refused'; readonly kind: ErrorKind; readonly sentence: string };

/** Only our own threads send to this port, and each of them one kind of answer. */
export function isTaskOutcome<Answer>(message: unknown): message is TaskOutcome<Answer> {
  return typeof message === 'object' && message !== null && 'outcome' in message;
}
