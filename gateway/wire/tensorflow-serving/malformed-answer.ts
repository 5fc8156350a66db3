/** What a reader throws when a backend's answer does not hold what it must hold. */
import { ServingError } from '../../domain/errors.ts';

/** Its message is for the log: it may quote the backend. */
export class MalformedAnswer extends Error {
  constructor(message: string, options: ErrorOptions = {}) {
    super(message, options);
    this.name = 'MalformedAnswer';
  }
}

/** Runs a reader that blames the sender with `invalid-input` on something a backend sent, and blames the backend. */
export function readingAnswer<Read>(read: () => Read): Read {
  try {
    return read();
  } catch (error) {
    if (error instanceof ServingError) throw new MalformedAnswer(error.message, { cause: error });
    throw error;
  }
}
