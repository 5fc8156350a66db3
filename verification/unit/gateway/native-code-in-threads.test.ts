/** A thread that is ended from outside while it loads native code, or is in it, takes the process down by SIGABRT. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect } from 'chai';
import { callOff, newBuildGate } from '../../../gateway/engines/onnx/build-gate.ts';
import { siblingModule } from '../../../gateway/sibling-module.ts';
import { readSources } from '../../house/source-file.ts';
import { installPictureFixture } from '../../support/picture-fixture.ts';

/** Where threads are ended from outside; what runs in each of them is tried below. */
const places = [
  'gateway/cli/workshop.ts',
  'gateway/engines/onnx/run-build.ts',
  'gateway/threads/task-thread.ts',
];

/** Runs the entry in a thread that also sends the name of every native library it loads. */
const program = (entry: URL): string => `
  const { parentPort } = require('node:worker_threads');
  const load = process.dlopen;
  process.dlopen = (module, file, ...rest) => {
    parentPort.postMessage({ library: file });
    return load.call(process, module, file, ...rest);
  };
  import(${JSON.stringify(entry.href)});
`;

interface Life {
  /** File names of native libraries. */
  readonly libraries: readonly string[];
  /** What the thread itself sent. */
  readonly messages: readonly unknown[];
}

/** @param job sent to the thread, which is ended after its answer; without one it ends by itself */
async function lifeOf(entry: string, workerData: unknown, job?: unknown): Promise<Life> {
  const place = siblingModule(`../../../gateway/${entry}`, import.meta.url);
  const worker = new Worker(program(place), { eval: true, workerData });
  const libraries: string[] = [];
  const messages: unknown[] = [];
  if (job !== undefined) worker.postMessage(job);
  await new Promise<void>((resolve, reject) => {
    worker.once('error', reject).once('exit', () => {
      resolve();
    });
    worker.on('message', (message: object) => {
      if ('library' in message) {
        libraries.push(path.basename(String(message.library)));
        return;
      }
      messages.push(message);
      if (job !== undefined) void worker.terminate();
    });
  });
  return { libraries, messages };
}

describe('threads that are ended from outside', function () {
  this.timeout(30_000);
  let target: string;
  let model: string;

  before(async () => {
    target = await mkdtemp(path.join(tmpdir(), 'fovea-native-'));
    model = path.join((await installPictureFixture()).modelsFolder, 'tiny', '1');
  });
  after(() => rm(target, { recursive: true, force: true }));

  const assignment = (gate = newBuildGate()) => ({ origin: { source: model, machine: 'any' }, target, gate });

  it('are these and no others', () => {
    const ending = readSources().filter(
      ({ path: name, text }) => name.startsWith('gateway/') && text.includes('.terminate()'),
    );
    expect(ending.map(({ path: name }) => name)).to.deep.equal(places);
  });

  it('load no native code in a build until it may tune', async () => {
    const gate = newBuildGate();
    callOff(gate);
    const { libraries, messages } = await lifeOf('engines/onnx/build-worker', assignment(gate));
    expect(messages).to.have.length(1);
    expect(messages[0]).to.include({ type: 'build-failed', sentence: undefined });
    expect(libraries).to.deep.equal([]);
  });

  it('load it in a build that may', async () => {
    const { libraries, messages } = await lifeOf('engines/onnx/build-worker', assignment());
    expect(messages).to.deep.equal([{ type: 'built' }]);
    expect(libraries.join(' ')).to.include('onnxruntime');
  });

  it('load none in the workshop', async () => {
    const { libraries, messages } = await lifeOf('cli/workshop-worker', { kind: 'inspect', place: model });
    expect(messages.at(-1)).to.include({ type: 'inspected' });
    expect(libraries).to.deep.equal([]);
  });

  it('load none to parse a body', async () => {
    const bytes = Buffer.from('{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}');
    const { libraries, messages } = await lifeOf('protocols/open-inference/parser-worker', undefined, {
      bytes: new Uint8Array(bytes),
      headLength: undefined,
    });
    expect(messages[0]).to.include({ outcome: 'done' });
    expect(libraries).to.deep.equal([]);
  });

  it('load none to read and to write inferences of TensorFlow Serving', async () => {
    const bytes = Buffer.from('{"instances":[[1]]}');
    const x = { name: 'x', datatype: 'float32', shape: [null, 1] };
    const signature = { name: 'serving_default', inputs: [x], outputs: [x] };
    const read = await lifeOf('protocols/tensorflow-serving/reading-worker', undefined, {
      body: new Uint8Array(bytes),
      verb: 'predict',
      signatures: new Map([[signature.name, signature]]),
    });
    expect(read.messages[0]).to.include({ outcome: 'done' });
    const written = await lifeOf('protocols/tensorflow-serving/writing-worker', undefined, {
      verb: 'regress',
      tensor: { datatype: 'float32', shape: [1], elements: Float32Array.of(1) },
      count: 1,
    });
    expect(written.messages[0]).to.include({ outcome: 'done' });
    const message = await lifeOf('protocols/tensorflow-serving/message-worker', undefined, {
      kind: 'open',
      method: 'Classify',
      bytes: new Uint8Array(),
    });
    expect(message.messages[0]).to.include({ outcome: 'done' });
    const libraries = [read, written, message].flatMap((life) => life.libraries);
    expect(libraries).to.deep.equal([]);
  });
});
