/** Process that uses ONNX Runtime as plainly as it goes: sessions in threads, one run after another, no engine. */
import '../../gateway/engines/onnx/without-telemetry.ts';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { siblingModule } from '../../gateway/sibling-module.ts';
import { median } from '../measurement/statistics.ts';
import { answerRequests, numberOf, type Request } from './answer-requests.ts';
import { isBareTimes, type BareAssignment, type BareTimes } from './bare-messages.ts';

const counter = new Int32Array(new SharedArrayBuffer(4));
let workers: readonly Worker[] = [];

async function open(request: Request): Promise<object> {
  const assignment: BareAssignment = { request, counter };
  workers = Array.from(
    { length: numberOf(request, 'workers') },
    () => new Worker(siblingModule('bare-worker', import.meta.url), { workerData: assignment }),
  );
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  return {};
}

/** Threads take the next item from a shared counter, so that none waits for another until the end. */
async function run(request: Request): Promise<object> {
  const count = numberOf(request, 'count');
  Atomics.store(counter, 0, 0);
  const cpu = process.cpuUsage();
  const began = performance.now();
  const times = await Promise.all(workers.map((worker) => timesOf(worker, count)));
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return {
    seconds,
    medianMilliseconds: median(times.flatMap(({ items }) => items)),
    decodeMilliseconds: median(times.flatMap(({ decodes }) => decodes)),
    forwardMilliseconds: median(times.flatMap(({ forwards }) => forwards)),
    cpuSeconds: (user + system) / 1e6,
  };
}

async function timesOf(worker: Worker, count: number): Promise<BareTimes> {
  const answered = once(worker, 'message');
  worker.postMessage(count);
  const message: unknown = (await answered)[0];
  if (!isBareTimes(message)) throw new Error('a bare worker said something else');
  return message;
}

await answerRequests({ open, run });
