/** Finds a Docker engine that answers, or starts one where a tool for that is at hand. */
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { announce } from '../bootstrap/announce.mjs';
import { attempt, command } from './command.mjs';
import { Unavailable } from './checklist.mjs';

/** Builds and runs containers on a bare machine; it lies beside a checkout, never in it. */
const starter = path.join('..', 'shared', 'tools', 'containers.sh');
const preparationMinutes = 4;
const answerMilliseconds = 20_000;
const stopMilliseconds = 60_000;

export const baseImage = 'node:20-bookworm-slim';

/**
 * @returns The environment in which `docker` reaches the engine, and `stop`, which ends an engine that was started here.
 * @throws Unavailable With the reason, when there is none and none can be started in a few minutes.
 */
export async function findEngine(root, signal) {
  const limit = AbortSignal.timeout(preparationMinutes * 60_000);
  try {
    return await engineFor(root, AbortSignal.any([signal, limit]));
  } catch (error) {
    signal.throwIfAborted();
    if (limit.aborted)
      throw new Unavailable(`no Docker engine was ready after ${preparationMinutes} minutes`);
    throw error;
  }
}

async function engineFor(root, signal) {
  const options = { cwd: root, signal };
  if (await answers(process.env, options)) {
    await requireCompose(process.env, options);
    await requireBaseImage(process.env, options);
    return { environment: process.env, stop: async () => {} };
  }
  const tool = path.join(root, starter);
  if (!fs.existsSync(tool)) throw new Unavailable('no Docker engine answers');
  if (process.getuid?.() !== 0)
    throw new Unavailable('no Docker engine answers, and only root can start one');
  return startedBy(tool, options);
}

/** What runs already when the tool is asked stays; what it starts is its own to stop. */
async function startedBy(tool, options) {
  const exports = await attempt(['bash', tool, 'env'], options);
  if (exports === undefined) throw new Unavailable('no Docker engine answers, and none can be started here');
  const environment = { ...process.env, ...exportsOf(exports) };
  const stop = (await answers(environment, options))
    ? async () => {}
    : () =>
        attempt(['bash', tool, 'down'], { cwd: options.cwd, signal: AbortSignal.timeout(stopMilliseconds) });
  try {
    await announce('preparing a Docker engine', () => command(['bash', tool, 'up'], options));
  } catch (error) {
    await stop();
    options.signal.throwIfAborted();
    console.error(error.details ?? error.message);
    throw new Unavailable('no Docker engine answers, and none could be started');
  }
  return { environment, stop };
}

/** A client that hangs is as good as none. */
async function answers(environment, { cwd, signal }) {
  // Held by name to the end: Node.js 20 forgets a time-out that only AbortSignal.any refers to.
  const patience = AbortSignal.timeout(answerMilliseconds);
  const options = { cwd, env: environment, signal: AbortSignal.any([signal, patience]) };
  const answer = await attempt(['docker', 'info'], options).catch(() => undefined);
  signal.throwIfAborted();
  return answer !== undefined && !patience.aborted;
}

async function requireCompose(env, options) {
  if ((await attempt(['docker', 'compose', 'version'], { ...options, env })) === undefined)
    throw new Unavailable('docker has no Compose plugin');
}

async function requireBaseImage(env, options) {
  const has = await attempt(['docker', 'image', 'inspect', baseImage], { ...options, env });
  if (has === undefined && (await attempt(['docker', 'pull', baseImage], { ...options, env })) === undefined)
    throw new Unavailable(`the base image ${baseImage} is not here and cannot be pulled`);
}

/** `export A=b C=d` → { A: 'b', C: 'd' }. */
function exportsOf(text) {
  return Object.fromEntries(Array.from(text.matchAll(/(\w+)=(\S+)/g), ([, name, value]) => [name, value]));
}
