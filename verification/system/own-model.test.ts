/** A stranger's classifier of tensors: dropped into the models folder, asked with pictures. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import type { InferenceSession } from 'onnxruntime-node';
import sharp from 'sharp';
import { compileSavedModel } from '../../converter/compile-saved-model.ts';
import { numbersOf } from '../../converter/onnx/constants.ts';
import { decodeImage } from '../../gateway/imaging/decode-image.ts';
import { openSession, runSession } from '../fidelity/operations/onnx-run.ts';
import { referenceResize } from '../support/reference-resize.ts';
import { postPicture, startServer, type RunningServer } from '../support/running-server.ts';
import { sixClassSide, sixLabels, writeSixClassModel } from '../support/six-class-model.ts';

/** Waves of a colour each, so that every picture is another one; the last is above a megapixel. */
async function madePictures(): Promise<readonly Uint8Array[]> {
  const sizes = [
    [320, 240],
    [97, 181],
    [224, 224],
    [640, 120],
    [1300, 900],
  ] as const;
  const pictures: Uint8Array[] = [];
  for (const [index, [width, height]] of sizes.entries()) {
    const pixels = Uint8Array.from({ length: width * height * 3 }, (_, at) => {
      const [column, row] = [Math.floor(at / 3) % width, Math.floor(at / 3 / width)];
      const wave = Math.sin((column * (index + 1)) / 23 + row / (7 * (index + 1)));
      return 128 + 100 * wave * Math.cos(index * 2 + (at % 3));
    });
    const raw = { width, height, channels: 3 } as const;
    pictures.push(await sharp(pixels, { raw }).jpeg({ quality: 92 }).toBuffer());
  }
  return pictures;
}

type Prepare = (value: number, channel: number) => number;

interface Answer {
  readonly classes: number;
  readonly predictions: readonly { class: number; label: string | null; probability: number }[];
}

describe('a model of one’s own that takes tensors', function () {
  this.timeout(120_000);
  let folder = '';
  let network: InferenceSession;
  let server: RunningServer;
  let pictures: readonly Uint8Array[];

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'fovea-own-'));
    pictures = await madePictures();
    const bare = path.join(folder, 'models', 'bare');
    await writeSixClassModel(bare);
    const described = path.join(folder, 'models', 'cassava');
    await mkdir(described);
    await symlink(path.join(bare, '1'), path.join(described, '1'));
    await writeFile(path.join(described, 'labels.txt'), `${sixLabels.join('\n')}\n`);
    await writeFile(path.join(described, 'manifest.json'), JSON.stringify(manifest));
    const { programs, modules } = await compileSavedModel(path.join(bare, '1'));
    network = await openSession(modules.get(programs[0]?.network ?? '') ?? new Uint8Array(0));
    server = await startServer({
      MODELS_DIR: path.join(folder, 'models'),
      CACHE_DIR: path.join(folder, 'cache'),
      RESNET_MODEL: 'cassava',
    });
    await server.ready();
  });

  after(async () => {
    await server.stop();
    await network.release();
    await rm(folder, { recursive: true, force: true });
  });

  async function scoresOf(jpeg: Uint8Array, prepare: Prepare): Promise<readonly number[]> {
    const decoded = await decodeImage(jpeg, { dct: 'fast', channels: 3, maxPixels: 1e7 });
    const resized = referenceResize(decoded, [sixClassSide, sixClassSide]);
    const elements = Float32Array.from(resized, (value, index) => prepare(value, index % 3));
    const images = { datatype: 'float32', shape: [1, sixClassSide, sixClassSide, 3], elements } as const;
    const scores = (await runSession(network, new Map([['images', images]]))).get('scores');
    return scores === undefined ? [] : numbersOf(scores);
  }

  async function agrees(model: string, labels: readonly (string | null)[], prepare: Prepare): Promise<void> {
    const classes = new Set<number>();
    for (const picture of pictures) {
      const expected = await scoresOf(picture, prepare);
      const response = await postPicture(`${server.url}/classify/${model}?top=6`, picture);
      const answer = (await response.json()) as Answer;
      expect(answer.classes).to.equal(expected.indexOf(Math.max(...expected)));
      for (const { class: index, label, probability } of answer.predictions) {
        expect(probability).to.be.closeTo(expected[index] ?? NaN, 1e-3);
        expect(label).to.equal(labels[index]);
      }
      classes.add(answer.classes);
    }
    expect(classes.size, 'the pictures are told apart').to.be.greaterThan(1);
  }

  it('classifies pictures stretched to the input, from 0 to 1, when nobody says otherwise', () =>
    agrees(
      'bare',
      sixLabels.map(() => null),
      (value) => value / 255,
    ));

  it('prepares pictures as the manifest says, and names the classes', () =>
    agrees('cassava', sixLabels, (value, channel) => (value - 20 * channel) / 200));

  it('is listed with its classes, title and licence', async () => {
    const listing = (await (await fetch(`${server.url}/classify`)).json()) as { models: { state: string }[] };
    const ready = listing.models.filter(({ state }) => state === 'ready');
    expect(ready).to.have.length(2);
    expect(ready[0]).to.include({ classes: 6, name: 'bare', title: null });
    expect(ready[1]).to.include({ classes: 6, name: 'cassava', title: 'Cassava leaves' });
  });

  it('answers several pictures in their order', async () => {
    const form = new FormData();
    const alone: number[] = [];
    for (const picture of pictures) {
      form.append('image', new Blob([new Uint8Array(picture)]), 'leaf.jpg');
      const response = await postPicture(`${server.url}/classify/cassava`, picture);
      alone.push(((await response.json()) as Answer).classes);
    }
    const together = await fetch(`${server.url}/classify/cassava`, { method: 'POST', body: form });
    expect(await together.json()).to.deep.equal({ classes: alone });
  });
});

/** Everything that is not the model's own is left out where it may be. */
const manifest = {
  title: 'Cassava leaves',
  licence: 'CC0-1.0',
  defaultVersion: 1,
  classes: 6,
  labels: { file: 'labels.txt', backgroundClass: false },
  preprocessing: { mean: [0, 20, 40], deviation: [200, 200, 200] },
  scores: 'probabilities',
};
