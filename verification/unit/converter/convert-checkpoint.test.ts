/** From a file of weights to artefacts: all of them or none, with one sentence for everything that does not fit. */
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import type { Checkpoint } from '../../../converter/checkpoint.ts';
import { convertCheckpoint, type ConversionRequest } from '../../../converter/convert-checkpoint.ts';
import { UnsupportedModel } from '../../../converter/unsupported-model.ts';
import { safetensorsBytes } from '../../support/safetensors-file.ts';
import { openSession, runSession } from '../../fidelity/operations/onnx-run.ts';
import { floats, tinyCheckpoint } from './architectures/tiny-checkpoint.ts';

let work = '';
const inWork = (name: string): string => path.join(work, name);

async function weights(checkpoint: Checkpoint, name: string): Promise<string> {
  const file = inWork(name);
  await writeFile(file, safetensorsBytes(checkpoint));
  return file;
}

async function request(changes: Partial<ConversionRequest> = {}): Promise<ConversionRequest> {
  return {
    weights: await weights(tinyCheckpoint(), 'weights.safetensors'),
    hasBackgroundClass: false,
    savedModelFolder: inWork('model/1'),
    onnxFile: inWork('onnx/model.onnx'),
    ...changes,
  };
}

async function classesOf(file: string, rows: number): Promise<number> {
  const session = await openSession(await readFile(file));
  try {
    const answer = await runSession(session, new Map([['images', floats([rows, 32, 32, 3], Math.sin)]]));
    return answer.get('classes')?.elements.length ?? 0;
  } finally {
    await session.release();
  }
}

describe('converting a checkpoint', function () {
  this.timeout(20_000);

  beforeEach(async () => {
    work = await mkdtemp(path.join(tmpdir(), 'fovea-convert-test-'));
  });

  afterEach(async () => {
    await rm(work, { recursive: true, force: true });
  });

  it('writes both formats and reports what they are', async () => {
    const report = await convertCheckpoint(await request({ labels: ['a', 'b', 'c'] }));
    expect(report).to.include({ architecture: 'cifar-resnet', classCount: 3 });
    expect(report.recipe.size).to.equal(32);
    // Kernels 108, 288, 864, 3 456, 32, 128, 48 and their shifts, one for each filter.
    expect(report.parameterCount).to.equal(
      108 + 2 * 144 + (288 + 576 + 32) + (1152 + 2304 + 128) + 48 + (4 + 8 + 24 + 48 + 3),
    );
    expect(report.savedModel.map((file) => file.path)).to.include('saved_model.pb');
    for (const { path: name, size, sha256 } of report.savedModel) {
      const bytes = await readFile(path.join(inWork('model/1'), name));
      expect(bytes.length).to.equal(size);
      expect(createHash('sha256').update(bytes).digest('hex')).to.equal(sha256);
    }
    expect(report.onnx?.path).to.equal('model.onnx');
    expect(await readdir(inWork('onnx'))).to.deep.equal(['model.onnx']);
    expect(await readdir(inWork('model'))).to.deep.equal(['1']);
  });

  it('writes ONNX for one picture, or for any number when asked', async () => {
    const { weights: file, hasBackgroundClass } = await request();
    const single = { weights: file, hasBackgroundClass, onnxFile: inWork('single.onnx') };
    await convertCheckpoint(single);
    await convertCheckpoint({ ...single, onnxFile: inWork('any.onnx'), hasDynamicBatch: true });
    expect(await classesOf(inWork('single.onnx'), 1)).to.equal(1);
    expect(await classesOf(inWork('any.onnx'), 3)).to.equal(3);
    const refused = await classesOf(inWork('single.onnx'), 3).catch((error: unknown) => String(error));
    expect(refused).to.match(/Expected: 1|dimension/);
  });

  const refusals: readonly (readonly [string, () => Promise<Partial<ConversionRequest>>, RegExp])[] = [
    [
      'labels of the wrong length',
      async () => ({ labels: ['a', 'b', 'c'], hasBackgroundClass: true }),
      /3 labels for 4 classes, the background class 0 included/,
    ],
    ['a crop larger than the picture', async () => ({ recipe: { resize: 20 } }), /cannot be cut/],
    [
      'half a checkpoint',
      async () => ({ weights: await weights(tinyCheckpoint({ 'fc.bias': undefined }), 'half.safetensors') }),
      /lacks 1 of the parameters that cifar-resnet needs: fc\.bias\./,
    ],
    [
      'a file that is no checkpoint',
      async () => {
        await writeFile(inWork('text.pth'), 'hello');
        return { weights: inWork('text.pth') };
      },
      /text\.pth/,
    ],
    [
      'an ONNX file where a folder is',
      async () => {
        await mkdir(inWork('taken.onnx'));
        return { onnxFile: inWork('taken.onnx') };
      },
      /taken\.onnx would replace a folder/,
    ],
  ];
  for (const [what, changes, sentence] of refusals) {
    it(`refuses ${what} and leaves nothing behind`, async () => {
      const refused = await request(await changes());
      const before = (await readdir(work)).sort();
      const error = await convertCheckpoint(refused).catch((cause: unknown) => cause);
      expect(error).to.be.instanceOf(UnsupportedModel);
      expect(String(error)).to.match(sentence);
      expect((await readdir(work)).sort()).to.deep.equal(before);
    });
  }

  it('refuses a version that is there already and leaves the ONNX file unwritten', async () => {
    await mkdir(inWork('model/1'), { recursive: true });
    const error = await convertCheckpoint(await request()).catch((cause: unknown) => cause);
    expect(String(error)).to.match(/folder 1 for the SavedModel is there already/);
    expect((await readdir(work)).sort()).to.deep.equal(['model', 'weights.safetensors']);
  });
});
