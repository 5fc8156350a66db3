/** Thread of the bare loop: one session, or a decoder and two sessions, run until the shared counter is used up. */
import { readFile } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { decodeImage } from '../../gateway/imaging/decode-image.ts';
import { noise } from '../graphs/noise.ts';
import { numberOf, numbersOf, textOf, textsOf, type Request } from './answer-requests.ts';
import { isBareAssignment, type BareTimes } from './bare-messages.ts';

/** Does one item; gives the milliseconds of its decoding and of the rest. */
type Step = (item: number) => Promise<{ readonly decode: number; readonly forward: number }>;

function openSession(file: string, threads: number): Promise<InferenceSession> {
  return InferenceSession.create(file, { intraOpNumThreads: threads, interOpNumThreads: 1 });
}

/** After a run the threads of a session spin for a while, and would take the processors from the session that follows. */
function openPreparation(file: string, threads: number): Promise<InferenceSession> {
  return InferenceSession.create(file, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
}

async function networkStep(request: Request): Promise<Step> {
  const session = await openSession(textOf(request, 'network'), numberOf(request, 'threads'));
  const [input] = session.inputMetadata;
  if (input === undefined) throw new Error('the network has no input');
  const shape = numbersOf(request, 'inputShape');
  const length = shape.reduce((product, size) => product * size, 1);
  const feeds = { [input.name]: new Tensor('float32', noise(length), shape) };
  return async () => {
    const began = performance.now();
    await session.run(feeds);
    return { decode: 0, forward: performance.now() - began };
  };
}

async function pictureStep(request: Request): Promise<Step> {
  const threads = numberOf(request, 'threads');
  const dct = textOf(request, 'dct') === 'accurate' ? 'accurate' : 'fast';
  const channels = numberOf(request, 'channels') === 1 ? 1 : 3;
  const prepare = await openPreparation(textOf(request, 'prepare'), threads);
  const network = await openSession(textOf(request, 'network'), threads);
  const pictures = await Promise.all(textsOf(request, 'pictures').map((file) => readFile(file)));
  return async (item) => {
    const began = performance.now();
    const bytes = pictures[item % pictures.length] ?? new Uint8Array();
    const { pixels, height, width } = await decodeImage(bytes, { dct, channels, maxPixels: 50_000_000 });
    const decoded = performance.now();
    const prepared = await prepare.run({ pixels: new Tensor('uint8', pixels, [height, width, channels]) });
    await network.run(prepared);
    return { decode: decoded - began, forward: performance.now() - decoded };
  };
}

async function work(step: Step, count: number, counter: Int32Array): Promise<BareTimes> {
  const [items, decodes, forwards]: [number[], number[], number[]] = [[], [], []];
  for (let item = Atomics.add(counter, 0, 1); item < count; item = Atomics.add(counter, 0, 1)) {
    const { decode, forward } = await step(item);
    decodes.push(decode);
    forwards.push(forward);
    items.push(decode + forward);
  }
  return { items, decodes, forwards };
}

const assignment: unknown = workerData;
const port = parentPort;
if (port === null || !isBareAssignment(assignment)) {
  throw new Error('this module is the entry of a thread of the bare loop');
}
const { request, counter } = assignment;
const step = textOf(request, 'part') === 'network' ? await networkStep(request) : await pictureStep(request);
port.on('message', (count: unknown) => {
  if (typeof count !== 'number') return;
  void work(step, count, counter).then((times) => {
    port.postMessage(times);
  });
});
port.postMessage('ready');
