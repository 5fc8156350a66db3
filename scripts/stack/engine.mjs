/** Finds a Docker engine that answers, or starts one where a tool for that is at hand. */
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { announce } from '../bootstrap/announce.mjs';
import { attempt, command } from './command.mjs';
import { Unavailable } from './checklist.mjs';

/** Builds and runs containers on a bare machine; it lies beside a checkout, never in it. */
const starter = path.join('..', 'shared', 'tools', 'containers.sh');

export const baseImage = 'node:20-bookworm-slim';

/**
 * @returns The environment in which `docker` reaches the engine, and `stop`, which ends an engine that was started here.
 * @throws Unavailable With the reason, when there is none and none can be started.
 */
export async function findEngine(root, signal) {
  const options = { cwd: root, signal };
  const found = await answering(process.env, options);
  if (found !== undefined) return checked({ environment: found, stop: async () => {} }, options);

  const tool = path.join(root, starter);
  if (!fs.existsSync(tool)) throw new Unavailable('no Docker engine answers.');
  if (process.getuid?.() !== 0)
    throw new Unavailable('no Docker engine answers, and only root can start one.');
  const environment = { ...process.env, ...exportsOf(await command(['bash', tool, 'env'], options)) };
  const running = await answering(environment, options);
  if (running !== undefined) return checked({ environment: running, stop: async () => {} }, options);

  const stop = () => attempt(['bash', tool, 'down'], { cwd: root, signal: AbortSignal.timeout(60_000) });
  try {
    await announce('starting a Docker engine', () => command(['bash', tool, 'up'], options));
  } catch (error) {
    await stop();
    if (signal.aborted) throw error;
    console.error(error.details ?? '');
    throw new Unavailable('no Docker engine answers, and none could be started.');
  }
  return { environment, stop };
}

/** The environment itself when an engine answers in it. */
async function answering(environment, { cwd, signal }) {
  const options = { cwd, env: environment, signal: AbortSignal.any([signal, AbortSignal.timeout(20_000)]) };
  return (await attempt(['docker', 'info'], options).catch(() => undefined)) === undefined
    ? undefined
    : environment;
}

/** An engine that somebody else looks after may lack the base image, Compose, or a way to get them. */
async function checked(engine, { cwd, signal }) {
  const options = { cwd, signal, env: engine.environment };
  if ((await attempt(['docker', 'compose', 'version'], options)) === undefined)
    throw new Unavailable('docker has no Compose plugin.');
  const has = await attempt(['docker', 'image', 'inspect', baseImage], options);
  if (has === undefined && (await attempt(['docker', 'pull', baseImage], options)) === undefined)
    throw new Unavailable(`the base image ${baseImage} is not here and cannot be pulled.`);
  return engine;
}

/** `export A=b C=d` → { A: 'b', C: 'd' }. */
function exportsOf(text) {
  return Object.fromEntries(Array.from(text.matchAll(/(\w+)=(\S+)/g), ([, name, value]) => [name, value]));
}
