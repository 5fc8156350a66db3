/** Brings the tree from any state to one that runs: the lockfile's packages installed, the sources compiled. */
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { build, isBuilt } from './bootstrap/build.mjs';
import { install, isInstalled } from './bootstrap/install.mjs';
import { withLock } from './bootstrap/lock.mjs';
import { explainFileError, PreparationFailure } from './bootstrap/preparation-failure.mjs';
import { stoppable } from './bootstrap/stoppable.mjs';

/** The repository's top folder, wherever the command was started. */
export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/**
 * Installs and builds what is missing; when nothing is, it writes nothing and needs no network.
 *
 * Nobody waits for the lock unless there is work to do, so a read-only tree that is complete starts too.
 */
export async function prepare() {
  if (isInstalled(root) && isBuilt(root)) return;
  const lockFile = path.join(root, '.cache', 'bootstrap.lock');
  const onWait = (owner) => {
    const who = owner === undefined ? 'another process' : `process ${owner.pid} on ${owner.host}`;
    console.error(`fovea: ${who} is preparing this folder; waiting for it …`);
  };
  await stoppable((signal) =>
    withLock({ file: lockFile, onWait, signal }, async () => {
      if (!isInstalled(root)) await install(root, signal);
      if (!isBuilt(root)) await build(root, signal);
    }),
  );
}

/** As `prepare`, for programs: a failure is one sentence on standard error and a non-zero exit. */
export function prepareOrExit() {
  return orExit(prepare);
}

/** Runs `work`; a failure with a sentence ends the process with that sentence instead of a stack. */
export async function orExit(work) {
  try {
    return await work();
  } catch (error) {
    const explained = explainFileError(error, root);
    if (!(explained instanceof PreparationFailure)) throw explained;
    if (explained.details !== '') console.error(explained.details);
    console.error(`fovea: ${explained.message}`);
    process.exit(explained.exitCode);
  }
}
