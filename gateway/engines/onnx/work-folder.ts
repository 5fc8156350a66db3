/** Folders beside the cached models that last as long as one process works in them, and what a crash leaves of them. */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';

/** `building` becomes an entry, `discarded` was one. */
export type WorkKind = 'building' | 'discarded';

/** Whoever cannot be asked whether it is still at work, on another machine or under a recycled number, is not by then. */
const longestWorkMilliseconds = 24 * 60 * 60 * 1000;

const namePattern = /^\.(?:building|discarded)-(?:([0-9a-f]{8})-(\d+)-(\d+)-)?[^-]*$/;

/** A new, empty folder whose name says which process works in it. */
export async function makeWorkFolder(directory: string, kind: WorkKind): Promise<string> {
  const { host, pid, start } = thisProcess();
  return mkdtemp(path.join(directory, `.${kind}-${host}-${pid}-${start}-`));
}

/**
 * Removes the work folders whose process has ended, and those that are older than a day. A folder that cannot be read
 * or removed stays: leftovers cost disk space and nothing else.
 *
 * @param now milliseconds, on the clock of the file system.
 */
export async function removeLeftovers(directory: string, now: number = Date.now()): Promise<void> {
  for (const name of await readdir(directory).catch(() => [])) {
    const found = namePattern.exec(name);
    if (found === null) continue;
    const folder = path.join(directory, name);
    const [, host, pid, start] = found;
    const isLeft =
      (host !== undefined && isGone({ host, pid: Number(pid), start: Number(start) })) ||
      (await isOld(folder, now));
    if (isLeft) await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

interface Owner {
  /** First digits of the hash of the host's name. */
  readonly host: string;
  readonly pid: number;
  /** Milliseconds since 1970. A restarted container has the same name and process number again. */
  readonly start: number;
}

function thisProcess(): Owner {
  const host = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
  return { host, pid: process.pid, start: Math.floor(performance.timeOrigin) };
}

/** Only what ran on this host can be known to have ended. */
function isGone(owner: Owner): boolean {
  const own = thisProcess();
  if (owner.host !== own.host) return false;
  if (owner.pid === own.pid) return owner.start !== own.start;
  try {
    process.kill(owner.pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}

async function isOld(folder: string, now: number): Promise<boolean> {
  return stat(folder).then(
    ({ mtimeMs }) => now - mtimeMs > longestWorkMilliseconds,
    () => false,
  );
}
