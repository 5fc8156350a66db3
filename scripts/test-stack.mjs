/** `npm run test:stack`: builds the containers, runs them for real, breaks one, and ends with one counting line. */
import './require-node.mjs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
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
  --minutes   after how long it gives up, takes everything down and fails (default 15)

It needs a Docker engine; without one it says so, and skips.`;

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
/** TF_TIMEOUT_SECONDS of the run: short, because somebody waits for it. */
const deadlineSeconds = 5;
const teardownMilliseconds = 120_000;

function minutesOf(words) {
  if (words.length === 0) return 15;
  const minutes = Number(words[1]);
  return words.length === 2 && words[0] === '--minutes' && minutes > 0 && minutes <= 600
    ? minutes
    : undefined;
}

async function runChecks(checklist, signal) {
  const engine = await findEngine(root, signal);
  const ingredients = gatherIngredients(root);
  const [httpPort, grpcPort] = await freePorts(2);
  // Each stack asks TensorFlow Serving its own way, so that one run proves both.
  const projects = { 'fovea-check': 'rest', 'fovea-check-inside': 'grpc' };
  const containersOf = ([project, protocol], until) =>
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
  const [serving, testing] = Object.entries(projects).map((project) => containersOf(project, signal));
  const url = `http://127.0.0.1:${httpPort}/classify/resnet`;
  try {
    for (const [title, check, isFoundation] of checks) {
      const hasPassed = await checklist.check(title, () =>
        check({ ...ingredients, serving, testing, url, deadlineSeconds }),
      );
      signal.throwIfAborted();
      if (!hasPassed && isFoundation) return;
    }
  } finally {
    ingredients.remove();
    const late = AbortSignal.timeout(teardownMilliseconds);
    const downs = Object.entries(projects).map((project) => containersOf(project, late).run('down'));
    await Promise.allSettled(downs);
    await engine.stop();
  }
}

const words = process.argv.slice(2);
const minutes = minutesOf(words);
if (minutes === undefined || words.includes('--help')) {
  console.error(usage);
  process.exit(words.includes('--help') ? 0 : 2);
}

const checklist = new Checklist();
const limit = AbortSignal.timeout(minutes * 60_000);
try {
  await stoppable((stop) => runChecks(checklist, AbortSignal.any([stop, limit])));
} catch (error) {
  if (error instanceof Unavailable) checklist.skip(error.message);
  else if (limit.aborted) console.error(`fovea: given up after ${minutes} minutes.`);
  else console.error(`fovea: ${error.message}`);
  if (!(error instanceof Unavailable)) process.exitCode = error.exitCode ?? 1;
}
console.log(checklist.countingLine);
if (checklist.hasFailed) process.exitCode ??= 1;
