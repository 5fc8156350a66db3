/** `npm run test:stack`: builds the containers, runs them for real, breaks one, and ends with one counting line. */
import './require-node.mjs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { withLock } from './bootstrap/lock.mjs';
import { PreparationFailure } from './bootstrap/preparation-failure.mjs';
import { stoppable } from './bootstrap/stoppable.mjs';
import { Checklist, Unavailable } from './stack/checklist.mjs';
import { checks } from './stack/checks.mjs';
import { freePorts } from './stack/client.mjs';
import { Containers } from './stack/containers.mjs';
import { findEngine } from './stack/engine.mjs';
import { gatherIngredients } from './stack/ingredients.mjs';

const usage = `npm run test:stack: builds the containers, runs them for real, breaks one

Usage: npm run test:stack [-- --minutes 15]

Options:
  --minutes   how long building and testing may take; then it takes everything down and fails (default 15)

It needs a Docker engine; without one it says so, and skips. Only one can run at a time: a second one is refused.`;

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
/** TF_TIMEOUT_SECONDS of the run: short, because somebody waits for it, but longer than a stop takes to be noticed. */
const deadlineSeconds = 10;
const teardownMilliseconds = 120_000;
/** Names of containers and images belong to the engine, whichever checkout asks for them. */
const lockFile = path.join(os.tmpdir(), 'fovea-test-stack.lock');

function minutesOf(words) {
  if (words.length === 0) return 15;
  const minutes = Number(words[1]);
  return words.length === 2 && words[0] === '--minutes' && minutes > 0 && minutes <= 600
    ? minutes
    : undefined;
}

function refuseSecond(owner) {
  const who = owner === undefined ? 'another one' : `process ${owner.pid} on ${owner.host}`;
  throw new PreparationFailure(
    `the stack is being tested by ${who}; wait for its end, or remove ${lockFile} if nobody does.`,
  );
}

async function runChecks(checklist, stop) {
  const engine = await findEngine(root, stop);
  const limit = AbortSignal.timeout(minutes * 60_000);
  try {
    await checkStack(checklist, engine, AbortSignal.any([stop, limit]));
  } catch (error) {
    if (limit.aborted) throw new PreparationFailure(`given up after ${minutes} minutes.`);
    throw error;
  } finally {
    await engine.stop();
  }
}

async function checkStack(checklist, engine, signal) {
  const ingredients = gatherIngredients(root);
  const [httpPort, grpcPort] = await freePorts(2);
  const containersOf = (project, protocol, until) =>
    new Containers({
      root,
      signal: until,
      environment: {
        ...engine.environment,
        COMPOSE_PROJECT_NAME: project,
        HOST: '127.0.0.1',
        IC_PORT: String(httpPort),
        GRPC_PORT: String(grpcPort),
        MODELS_DIR: ingredients.models,
        RESNET_MODEL: ingredients.resnetModel,
        STACK_PICTURES: ingredients.pictures,
        TF_PROTOCOL: protocol,
        TF_TIMEOUT_SECONDS: String(deadlineSeconds),
      },
    });
  // Each stack asks TensorFlow Serving its own way, so that one run proves both.
  const both = (until) => [
    containersOf('fovea-check', 'rest', until),
    containersOf('fovea-check-inside', 'grpc', until),
  ];
  const [serving, testing] = both(signal);
  const imagesBefore = await serving.images();
  const url = `http://127.0.0.1:${httpPort}/classify/resnet`;
  try {
    for (const [title, check, isFoundation] of checks) {
      const hasPassed = await checklist.check(title, () =>
        check({ ...ingredients, serving, testing, url, grpcPort, deadlineSeconds }),
      );
      signal.throwIfAborted();
      if (!hasPassed && isFoundation) return;
    }
  } finally {
    await takeBack(both(AbortSignal.timeout(teardownMilliseconds)), imagesBefore);
    ingredients.remove();
  }
}

/** As far as it goes: what cannot be removed must not keep the rest from being removed. */
async function takeBack(projects, imagesBefore) {
  await Promise.allSettled(projects.map((containers) => containers.run('down')));
  await Promise.allSettled([projects[0].restoreImages(imagesBefore)]);
  await Promise.allSettled(projects.map((containers) => containers.removeNameless()));
}

const words = process.argv.slice(2);
const minutes = minutesOf(words);
if (minutes === undefined || words.includes('--help')) {
  console.error(usage);
  process.exit(words.includes('--help') ? 0 : 2);
}

const checklist = new Checklist();
try {
  await stoppable((stop) =>
    withLock({ file: lockFile, onWait: refuseSecond, signal: stop }, () => runChecks(checklist, stop)),
  );
} catch (error) {
  if (error instanceof Unavailable) checklist.skip(error.message);
  else {
    console.error(`fovea: ${error.message}`);
    process.exitCode = error.exitCode ?? 1;
    checklist.requireFailure();
  }
}
console.log(checklist.countingLine);
if (checklist.hasFailed) process.exitCode ??= 1;
// A check that failed may have left an upload or a wait behind, which would keep this process for minutes.
process.exit();
