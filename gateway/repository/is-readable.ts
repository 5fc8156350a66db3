/** Whether a file is there and this user may read it. */
import { access, constants } from 'node:fs/promises';

export function isReadable(file: string): Promise<boolean> {
  return access(file, constants.R_OK).then(
    () => true,
    () => false,
  );
}
