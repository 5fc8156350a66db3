/** Whether a plain file lies somewhere; links are followed. */
import { stat } from 'node:fs/promises';

export async function isFile(place: string): Promise<boolean> {
  return stat(place).then(
    (found) => found.isFile(),
    () => false,
  );
}
