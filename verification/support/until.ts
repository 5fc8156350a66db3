/** Waits until something has come about; the time limit of the test ends it otherwise. */
import { setTimeout as pause } from 'node:timers/promises';

export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause(1);
}
