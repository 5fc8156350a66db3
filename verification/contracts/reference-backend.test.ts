/** The TensorFlow Serving engine before TensorFlow itself: the contract, and the answers of the embedded engine. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import type { Engine, LoadedModel, Signature } from '../../gateway/domain/engine.ts';
import type { Tensor } from '../../gateway/domain/tensor.ts';
import { createOnnxEngine } from '../../gateway/engines/onnx/onnx-engine.ts';
import { createOnnxPreparation } from '../../gateway/engines/onnx/onnx-preparation.ts';
import { createTensorflowServingEngine } from '../../gateway/engines/tensorflow-serving/tensorflow-serving-engine.ts';
import { findPython } from '../reference/find-python.ts';
import { startReferenceBackend, type ReferenceBackend } from '../reference/reference-backend.ts';
import { TemporaryFolders } from '../support/made-up-model.ts';
import { writeSixClassModel } from '../support/six-class-model.ts';
import { plainJpeg } from '../support/tiny-engine.ts';
import { verifyEngine } from './engine.contract.ts';

const bundled = 'cifar10-resnet';
const tensors = 'six-classes';

interface Question {
  readonly name: typeof bundled | typeof tensors;
  readonly signature: string;
  readonly output: string;
}

/** The model of tensors is asked about pictures through the signature that the gateway adds. */
const questions: readonly Question[] = [
  { name: bundled, signature: 'serving_default', output: 'probabilities' },
  { name: tensors, signature: 'pictures', output: 'scores' },
];

/** Small ones made by this project, and photographs where they are. */
const picturePlaces = [
  { folder: path.resolve('verification', 'test_data'), names: /^baseline-.*\.jpg$/ },
  { folder: path.resolve('..', 'shared', 'data', 'golden'), names: /\.jpe?g$/i },
];
/** TensorFlow adds up in another order. */
const mostDifference = 2e-5;

const quiet = { info: () => undefined, warn: () => undefined };
const limits = { maxQueue: 100, maxPixels: 10_000_000, log: quiet };
const options = () => ({ signal: new AbortController().signal });

const ways = {
  'over REST': { protocol: 'rest' },
  'over gRPC': { protocol: 'grpc' },
  'over gRPC with tensor_content': { protocol: 'grpc', isContentPreferred: true },
} as const;

const { program: python, suffix } = await findPython();

describe(`a backend made of TensorFlow${suffix}`, function () {
  // TensorFlow alone takes seconds to start, and longer on a busy machine.
  this.timeout(180_000);

  if (python === undefined) {
    it('answers the TensorFlow Serving engine', function () {
      this.skip();
    });
    return;
  }

  const folders = new TemporaryFolders();
  let modelFolders: Record<Question['name'], string>;
  let cacheDirectory: string;
  before(async () => {
    modelFolders = { [tensors]: await folders.make(), [bundled]: path.resolve('models', bundled) };
    await writeSixClassModel(modelFolders[tensors]);
    cacheDirectory = await folders.make();
  });
  after(() => folders.remove());

  for (const [words, way] of Object.entries(ways)) {
    describe(words, () => {
      let backend: ReferenceBackend;
      let engine: Engine;
      before(async () => {
        backend = await startReferenceBackend({ python, models: modelFolders, ...way });
      });
      after(() => backend.stop());

      const newEngine = (): Engine =>
        createTensorflowServingEngine({
          addresses: [
            { host: '127.0.0.1', port: way.protocol === 'grpc' ? backend.grpcPort : backend.restPort },
          ],
          protocol: way.protocol,
          timeoutMilliseconds: 60_000,
          preparation: createOnnxPreparation(limits),
          log: quiet,
        });
      beforeEach(() => (engine = newEngine()));
      afterEach(() => engine.close());

      verifyEngine(`The TensorFlow Serving engine ${words}`, async () => {
        const underTest = newEngine();
        return {
          engine: underTest,
          model: await underTest.load({ name: bundled, version: 1 }, options()),
          pictureInput: 'image_bytes',
          scores: 'probabilities',
          pictures: await colours(),
          stop: () => underTest.close(),
        };
      });

      it('names the version it holds, and none of a model it does not know', async () => {
        expect(await engine.versionsOf?.(bundled, options())).to.deep.equal([1]);
        expect(await engine.versionsOf?.('nobody', options())).to.deep.equal([]);
      });

      for (const question of questions) {
        it(`gives the answers of the embedded engine with ${question.name}`, async () => {
          const embedded = createOnnxEngine({ ...limits, cacheDirectory });
          try {
            const version = { name: question.name, version: 1 };
            const folder = path.join(modelFolders[question.name], '1');
            const here = await embedded.load({ ...version, folder }, options());
            const there = await engine.load(version, options());
            expect(signatureOf(there, question)).to.deep.equal(signatureOf(here, question));
            for (const [picture, bytes] of await pictures()) {
              const ours = await scoresOf(here, question, bytes);
              const theirs = await scoresOf(there, question, bytes);
              expect(highest(theirs), `class of ${picture}`).to.equal(highest(ours));
              for (const [index, value] of theirs.entries()) {
                expect(value, picture).to.be.closeTo(ours[index] ?? NaN, mostDifference);
              }
            }
          } finally {
            await embedded.close();
          }
        });
      }
    });
  }
});

async function scoresOf(
  model: LoadedModel,
  { signature, output }: Question,
  bytes: Uint8Array,
): Promise<readonly number[]> {
  const picture: Tensor = { datatype: 'string', shape: [1], elements: [bytes] };
  const inputs = new Map([['image_bytes', picture]]);
  const answer = await model.infer({ signature, inputs, outputs: [output] }, options());
  const scores = Array.from(answer.get(output)?.elements ?? [], Number);
  expect(scores).not.to.be.empty;
  return scores;
}

/** Outputs in alphabetical order: the order of a map is nobody's promise. */
function signatureOf(model: LoadedModel, { signature }: Question): Signature {
  const found = model.signatures.get(signature);
  if (found === undefined) throw new Error(`there is no signature ${signature}`);
  return { ...found, outputs: [...found.outputs].sort((left, right) => (left.name < right.name ? -1 : 1)) };
}

const highest = (values: readonly number[]): number => values.indexOf(Math.max(...values));

/** At least 40 that the network tells apart. */
async function colours(): Promise<readonly Uint8Array[]> {
  const levels = Array.from({ length: 40 }, (_, k) => 5 + k * 6);
  return Promise.all(levels.map((level) => plainJpeg(level, 128, 255 - level)));
}

async function pictures(): Promise<ReadonlyMap<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  for (const { folder, names } of picturePlaces) {
    const files = existsSync(folder) ? await readdir(folder) : [];
    for (const file of files.filter((name) => names.test(name)).sort()) {
      found.set(file, await readFile(path.join(folder, file)));
    }
  }
  expect(found).not.to.be.empty;
  return found;
}
