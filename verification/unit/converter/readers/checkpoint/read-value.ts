/** The value that a pickle of a test leaves on its stack. */
import { PickleCursor } from '../../../../../converter/readers/checkpoint/pickle-cursor.ts';
import { readPickle } from '../../../../../converter/readers/checkpoint/pickle-reader.ts';
import type { PickleValue } from '../../../../../converter/readers/checkpoint/pickle-values.ts';

export function readValue(bytes: Uint8Array): PickleValue {
  return readPickle(new PickleCursor(bytes)).value;
}
