/** Runs a piece of work without the rights of the superuser, whom no permission of a file stops. */
import { chown, readdir } from 'node:fs/promises';
import path from 'node:path';

/** By convention the user who owns nothing. */
const nobody = 65534;

/** @param folder given, with all that it holds, to the user that the work runs as, when this is the superuser. */
export async function withoutSuperuser<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const { seteuid } = process;
  if (seteuid === undefined || process.geteuid?.() !== 0) return work();
  const inside = await readdir(folder, { recursive: true });
  for (const name of ['', ...inside]) await chown(path.join(folder, name), nobody, nobody);
  seteuid(nobody);
  try {
    return await work();
  } finally {
    seteuid(0);
  }
}
