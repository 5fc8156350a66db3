/** Lets one process at a time prepare the tree; a lock whose owner died is taken over. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

const heartbeatMilliseconds = 2000;
const pollMilliseconds = 250;
/** Polls without a heartbeat after which the owner counts as dead: time this process was awake, so a suspended
 * laptop does not make a living owner look dead. */
const patiencePolls = 120;

/** Runs `work` while holding `file`; `onWait(owner)` is called once when somebody else holds it. */
export async function withLock({ file, onWait, signal }, work) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const token = await acquire(file, onWait, signal);
  const heartbeat = setInterval(() => touch(file), heartbeatMilliseconds);
  const release = () => {
    if (readOwner(file)?.token === token) fs.rmSync(file, { force: true });
  };
  process.once('exit', release);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    process.off('exit', release);
    release();
  }
}

async function acquire(file, onWait, signal) {
  const token = `${os.hostname()}-${process.pid}-${Date.now()}`;
  const owner = JSON.stringify({ token, host: os.hostname(), pid: process.pid });
  let isWaitAnnounced = false;
  let lastBeat = 0;
  let silentPolls = 0;
  for (;;) {
    if (create(file, owner)) return token;
    const holder = readOwner(file);
    const beat = fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    silentPolls = beat === lastBeat ? silentPolls + 1 : 0;
    lastBeat = beat;
    if (isDeadHere(holder) || silentPolls > patiencePolls) {
      remove(file, holder);
      continue;
    }
    if (!isWaitAnnounced) onWait(holder);
    isWaitAnnounced = true;
    await sleep(pollMilliseconds, undefined, { signal });
  }
}

function create(file, owner) {
  try {
    fs.writeFileSync(file, owner, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** `undefined` when the lock is gone or its owner has not written his name yet. */
function readOwner(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** A process number means something on its own machine only; elsewhere the heartbeat decides. */
function isDeadHere(owner) {
  if (owner === undefined || owner.host !== os.hostname()) return false;
  // A container that starts again often gets the same host name and number as the one that died.
  if (owner.pid === process.pid) return true;
  try {
    process.kill(owner.pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

/** Moves the dead lock aside before deleting it, so that of two who found it dead only one deletes a lock. */
function remove(file, holder) {
  const aside = `${file}.${process.pid}`;
  try {
    fs.renameSync(file, aside);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  if (readOwner(aside)?.token === holder?.token) fs.rmSync(aside, { force: true });
  else fs.renameSync(aside, file);
}

function touch(file) {
  const now = new Date();
  try {
    fs.utimesSync(file, now, now);
  } catch {
    // Somebody removed the lock by hand; the work itself goes on.
  }
}
