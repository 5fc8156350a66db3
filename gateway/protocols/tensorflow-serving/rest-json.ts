/** Looks over a JSON body before it is parsed. */
import { ServingError } from '../../domain/errors.ts';
import { isHeavier, requireBearable } from '../../wire/json/json-weight.ts';

/** Parsing millions of short strings or objects takes seconds. */
const mostParsable = { quotes: 200_000, objects: 100_000, lists: 2_000_000, values: Infinity };

/**
 * As many as 64 pictures of 353 × 353 have, and more than an upload of the usual size can hold; the worst that was found
 * within it, integers of examples, makes the process 2.6 GB large.
 */
const mostBearable = { ...mostParsable, values: 24_000_000 };

/** @throws ServingError `invalid-input` when it is empty or holds far too many values, `too-large` for too many numbers */
export function requireParsable(body: Buffer): Buffer {
  if (body.byteLength === 0) throw invalid('JSON Parse error: The document is empty');
  if (isHeavier(body, mostParsable)) {
    throw invalid(
      'JSON Parse error: The document holds too many strings, objects or lists; send fewer rows.',
    );
  }
  requireBearable(body, mostBearable, 'send fewer rows');
  return body;
}

function invalid(sentence: string): ServingError {
  return new ServingError('invalid-input', sentence);
}
