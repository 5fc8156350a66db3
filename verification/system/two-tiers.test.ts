/** The same picture through one tier and through two: the same class, and the same probabilities but for rounding. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { findPython } from '../reference/find-python.ts';
import { startReferenceBackend } from '../reference/reference-backend.ts';
import { TemporaryFolders } from '../support/made-up-model.ts';
import { startModelServer } from '../support/model-server-process.ts';
import { postPicture, startServer } from '../support/running-server.ts';
import { writeSixClassModel } from '../support/six-class-model.ts';

const shared = path.resolve('..', 'shared', 'data');
const edgeTpu = path.join(shared, 'models', 'mobilenet_edgetpu_tf2');

/** Photographs where they are, and small pictures made by this project; each kind of JPEG once. */
const photographs = path.join(shared, 'golden');
const ownPictures = [
  'baseline-420.jpg',
  'baseline-444.jpg',
  'progressive-444.jpg',
  'greyscale.jpg',
  'restart-markers.jpg',
  'exif-rotated.jpg',
].map((name) => path.resolve('verification', 'test_data', name));

const classCounts = { 'cifar10-resnet': 10, 'six-classes': 6, mobilenet_edgetpu_tf2: 1001 };

/** Both tiers are Fovea: what may differ is how tensors are written between them. */
const mostToFovea = 1e-5;
/** TensorFlow adds up in another order. */
const mostToTensorflow = 2e-5;

interface Answer {
  readonly class: number;
  readonly label: string | null;
  /** By class. */
  readonly probabilities: ReadonlyMap<number, number>;
}

/** Of every picture with every model, by both names. */
type Answers = ReadonlyMap<string, Answer>;

interface Prediction {
  readonly class: number;
  readonly label: string | null;
  readonly probability: number;
}

const { program: python, suffix } = await findPython();

describe('one picture through one tier and through two', function () {
  // TensorFlow alone takes seconds to start, and longer on a busy machine.
  this.timeout(180_000);
  const folders = new TemporaryFolders();
  /** Folders of numbered versions, by name of the model. */
  let models: Readonly<Record<string, string>>;
  let modelsFolder: string;
  let cacheFolder: string;
  let pictures: readonly string[];
  let expected: Answers;

  before(async () => {
    const sixClasses = await folders.make();
    await writeSixClassModel(sixClasses);
    models = {
      'cifar10-resnet': path.resolve('models', 'cifar10-resnet'),
      'six-classes': sixClasses,
      ...(existsSync(edgeTpu) ? { mobilenet_edgetpu_tf2: edgeTpu } : {}),
    };
    modelsFolder = path.join(await folders.make(), 'models');
    await mkdir(modelsFolder);
    for (const [name, folder] of Object.entries(models)) {
      await symlink(folder, path.join(modelsFolder, name));
    }
    cacheFolder = await folders.make();
    const found = existsSync(photographs) ? await readdir(photographs) : [];
    const jpegs = found.filter((name) => /\.jpe?g$/i.test(name)).sort();
    pictures = [...ownPictures, ...jpegs.map((name) => path.join(photographs, name))];
    expected = await answersOf({});
  });
  after(() => folders.remove());

  /** What a gateway says that is started with these settings. */
  async function answersOf(settings: Readonly<Record<string, string>>): Promise<Answers> {
    const environment = { MODELS_DIR: modelsFolder, CACHE_DIR: cacheFolder, RESNET_MODEL: 'cifar10-resnet' };
    const gateway = await startServer({ ...environment, ...settings });
    try {
      await gateway.ready();
      const answers = new Map<string, Answer>();
      for (const [model, classCount] of Object.entries(classCounts)) {
        if (models[model] === undefined) continue;
        for (const file of pictures) {
          const answer = await ask(`${gateway.url}/classify/${model}?top=${classCount}`, file);
          expect(answer.probabilities.size, model).to.equal(classCount);
          answers.set(`${path.basename(file)} by ${model}`, answer);
        }
      }
      return answers;
    } finally {
      await gateway.stop();
    }
  }

  /** Of a gateway that waits for every model of a backend. */
  function answersBehind(port: number, protocol: string): Promise<Answers> {
    const names = Object.keys(models).join();
    return answersOf({ TF_SERVICE: `127.0.0.1:${port}`, TF_PROTOCOL: protocol, TF_MODELS: names });
  }

  async function ask(url: string, file: string): Promise<Answer> {
    const answer = await postPicture(url, await readFile(file), path.basename(file));
    expect(answer.status, `${url} ${file}`).to.equal(200);
    const body = (await answer.json()) as {
      readonly classes: number;
      readonly predictions: readonly Prediction[];
    };
    return {
      class: body.classes,
      label: body.predictions[0]?.label ?? null,
      probabilities: new Map(body.predictions.map((one) => [one.class, one.probability])),
    };
  }

  function expectSame(answers: Answers, mostDifference: number): void {
    expect([...answers.keys()]).to.deep.equal([...expected.keys()]);
    for (const [what, { class: likeliest, label, probabilities }] of expected) {
      const answer = answers.get(what);
      expect([answer?.class, answer?.label], what).to.deep.equal([likeliest, label]);
      for (const [index, probability] of probabilities) {
        const other = answer?.probabilities.get(index) ?? NaN;
        expect(other, `class ${index} of ${what}`).to.be.closeTo(probability, mostDifference);
      }
    }
  }

  for (const protocol of ['rest', 'grpc'] as const) {
    it(`is answered the same by Fovea as TensorFlow Serving, over ${protocol}`, async () => {
      const backend = await startModelServer(models, folders);
      try {
        const port = protocol === 'rest' ? backend.restPort : backend.grpcPort;
        expectSame(await answersBehind(port, protocol), mostToFovea);
      } finally {
        await backend.stop();
      }
    });
  }

  for (const protocol of ['rest', 'grpc'] as const) {
    it(`is answered the same by TensorFlow, over ${protocol}${suffix}`, async function () {
      if (python === undefined) this.skip();
      const backend = await startReferenceBackend({ python, models });
      try {
        const port = protocol === 'rest' ? backend.restPort : backend.grpcPort;
        expectSame(await answersBehind(port, protocol), mostToTensorflow);
      } finally {
        await backend.stop();
      }
    });
  }
});
