/** Bounds how long an inference may take. */
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
  const controller = new AbortController();
  const leave = (): void => {
    controller.abort();
  };
  if (departure.aborted) leave();
  departure.addEventListener('abort', leave, { once: true });
  const timer = setTimeout(leave, milliseconds);
  try {
    return await work(controller.signal);
  } catch (error) {
    const isCancelled = error instanceof ServingError && error.kind === 'cancelled';
    if (!isCancelled || departure.aborted || !controller.signal.aborted) throw error;
    const sentence = `Timed out: the answer took longer than ${milliseconds} ms; send fewer rows or try again.`;
    throw new ServingError('deadline-exceeded', sentence, { cause: error });
  } finally {
    clearTimeout(timer);
    departure.removeEventListener('abort', leave);
  }
}
