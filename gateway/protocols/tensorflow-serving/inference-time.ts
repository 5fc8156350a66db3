/** Bounds how long an inference may take. */
import { Deadline } from '../../deadline.ts';
import type { CallerSignal } from '../../domain/caller-signal.ts';
import { ServingError } from '../../domain/errors.ts';

/**
 * Runs the work with a signal that is aborted when `departure` is or the time is over.
 *
 * @throws ServingError `deadline-exceeded` for work that was cancelled because its time was over
 */
export async function withinTime<Answer>(
  milliseconds: number,
  departure: CallerSignal,
  work: (signal: CallerSignal) => Promise<Answer>,
): Promise<Answer> {
  const deadline = new Deadline(milliseconds, departure);
  try {
    return await work(deadline);
  } catch (error) {
    const isCancelled = error instanceof ServingError && error.kind === 'cancelled';
    if (!isCancelled || deadline.ended !== 'late') throw error;
    const sentence = `Timed out: the answer took longer than ${milliseconds} ms; send fewer rows or try again.`;
    throw new ServingError('deadline-exceeded', sentence, { cause: error });
  } finally {
    deadline.release();
  }
}
