/** Whether a reader takes what it is given. */
import { ServingError } from '../../gateway/domain/errors.ts';

/** @throws whatever the reader throws that is no refusal of its input */
export function isTaken(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch (error) {
    if (error instanceof ServingError && error.kind === 'invalid-input') return false;
    throw error;
  }
}
