/** Lets one process at a time change the versions of a model. */
import { open, readFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';

import { z } from 'zod';

import { errorCode, writeFault } from './file-system-words.ts';
import { RepositoryError } from './repository-error.ts';

const ownerSchema = z.object({
  pid: z.int().positive(),
  host: z.string(),
  processStart: z.number(),
  since: z.string(),
});

type Owner = z.infer<typeof ownerSchema>;

function thisProcess(): Owner {
  return {
    pid: process.pid,
    host: hostname(),
    // A restarted container has the same host name and process number again; the start time tells the two apart.
    processStart: performance.timeOrigin,
    since: new Date().toISOString(),
  };
}

async function readOwner(file: string): Promise<Owner | undefined> {
  try {
    return ownerSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}

function isAlive(owner: Owner): boolean {
  if (owner.host !== hostname()) {
    return true;
  }
  if (owner.pid === process.pid) {
    return owner.processStart === performance.timeOrigin;
  }
  try {
    process.kill(owner.pid, 0);
    return true;
  } catch (cause) {
    return errorCode(cause) === 'EPERM';
  }
}

/** Writes the lock file; false when there is one already. */
async function claim(file: string, folder: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx');
    try {
      await handle.writeFile(JSON.stringify(thisProcess()));
    } finally {
      await handle.close();
    }
    return true;
  } catch (cause) {
    if (errorCode(cause) === 'EEXIST') {
      return false;
    }
    throw writeFault(cause, folder) ?? cause;
  }
}

/**
 * Runs an action while holding the lock of a model folder. The lock of a process that has died is taken over.
 *
 * @throws RepositoryError when another process holds the lock or the folder cannot be written.
 */
export async function withModelLock<Result>(folder: string, action: () => Promise<Result>): Promise<Result> {
  const file = path.join(folder, '.pull.lock');
  if (!(await claim(file, folder))) {
    const owner = await readOwner(file);
    if (owner === undefined || isAlive(owner)) {
      const who = owner === undefined ? '' : ` (process ${owner.pid} on ${owner.host}, since ${owner.since})`;
      throw new RepositoryError(
        `Another command is changing ${path.basename(folder)}${who}. Wait for it to end; ` +
          `if there is none, delete ${file} and try again.`,
      );
    }
    await rm(file, { force: true });
    if (!(await claim(file, folder))) {
      throw new RepositoryError(
        `Another command has just begun to change ${path.basename(folder)}; wait for it to end.`,
      );
    }
  }
  try {
    return await action();
  } finally {
    await rm(file, { force: true });
  }
}
