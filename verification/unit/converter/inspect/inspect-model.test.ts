/** One small network, looked at in its three formats. */
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { convertCheckpoint } from '../../../../converter/convert-checkpoint.ts';
import { inspectModel } from '../../../../converter/inspect/inspect-model.ts';
import { safetensorsBytes } from '../../../support/safetensors-file.ts';
import { thrownBy } from '../../../support/thrown-by.ts';
import { tinyCheckpoint, tinyShapes } from '../architectures/tiny-checkpoint.ts';

/**
 * By hand: pictures of 32 × 32; conv1 and stage 1 on 32 × 32, stage 2 on 16 × 16, stage 3 on 8 × 8, the head once.
 * Filters × weights of one filter × places.
 */
const multiplyAdds =
  1024 * (4 * 27 + 2 * 4 * 36) + 256 * (8 * 36 + 8 * 72 + 8 * 4) + 64 * (16 * 72 + 16 * 144 + 16 * 8) + 48;

describe('looking into a model', function () {
  this.timeout(20_000);
  let work = '';
  const inWork = (name: string): string => path.join(work, name);

  before(async () => {
    work = await mkdtemp(path.join(tmpdir(), 'fovea-inspect-'));
    await writeFile(inWork('tiny.safetensors'), safetensorsBytes(tinyCheckpoint()));
    await convertCheckpoint({
      weights: inWork('tiny.safetensors'),
      hasBackgroundClass: false,
      savedModelFolder: inWork('1'),
      onnxFile: inWork('tiny.onnx'),
      hasDynamicBatch: true,
    });
  });

  after(async () => {
    await rm(work, { recursive: true, force: true });
  });

  it('shows a checkpoint: its architecture, its parameters, its work', async () => {
    const found = await inspectModel(inWork('tiny.safetensors'));
    expect(found.format).to.equal('checkpoint');
    expect(found.facts.get('architecture')).to.equal('cifar-resnet');
    expect(found.facts.get('classes')).to.equal('3');
    const sizes = tinyShapes().map(([, shape]) => shape.reduce((product, size) => product * size, 1));
    expect(found.parameters).to.equal(sizes.reduce((sum, size) => sum + size, 0));
    expect(found.multiplyAdds).to.deep.equal({ count: multiplyAdds, unknown: 0 });
    expect(found.bytes).to.equal((await stat(inWork('tiny.safetensors'))).size);
  });

  it('shows an ONNX file: its ends, its operators, its work', async () => {
    const found = await inspectModel(inWork('tiny.onnx'));
    expect(found.format).to.equal('ONNX');
    expect(found.signatures).to.deep.equal([
      {
        name: 'graph',
        inputs: [{ name: 'images', datatype: 'float32', shape: [null, 32, 32, 3] }],
        outputs: [
          { name: 'classes', datatype: 'int64', shape: [null] },
          { name: 'probabilities', datatype: 'float32', shape: [null, 3] },
        ],
      },
    ]);
    expect(found.operations.get('Conv')).to.equal(9);
    expect(found.multiplyAdds).to.deep.equal({ count: multiplyAdds, unknown: 0 });
    expect(found.notes).to.deep.equal([]);
  });

  it('shows a SavedModel: both signatures, its operations, its variables, its work', async () => {
    const found = await inspectModel(inWork('1'));
    expect(found.format).to.equal('SavedModel');
    expect(found.signatures.map(({ name }) => name).sort()).to.deep.equal(['serving_default', 'tensor']);
    // Nine convolutions in front of each signature; the one inside of a function decodes.
    expect(found.operations.get('Conv2D')).to.equal(18);
    expect(found.operations.get('DecodeJpeg')).to.equal(1);
    expect(found.operations.has('RestoreV2')).to.equal(false);
    const onnx = await inspectModel(inWork('tiny.onnx'));
    expect(onnx.parameters - found.parameters).to.be.within(0, 10);
    expect(found.multiplyAdds).to.deep.equal({ count: multiplyAdds, unknown: 0 });
  });

  it('looks at weights of no known architecture all the same', async () => {
    const { tensors, metadata } = tinyCheckpoint({}, 'strange.');
    await writeFile(inWork('strange.safetensors'), safetensorsBytes({ tensors, metadata }));
    const found = await inspectModel(inWork('strange.safetensors'));
    expect(found.multiplyAdds).to.equal(undefined);
    expect(found.notes[0]).to.include('no architecture known here');
  });

  for (const [what, name, sentence] of [
    ['what is not there', 'missing', /no file or folder missing/],
    ['an empty folder', '.', /saved_model\.pb is missing/],
  ] as const) {
    it(`refuses ${what}`, async () => {
      expect(String(await thrownBy(() => inspectModel(inWork(name))))).to.match(sentence);
    });
  }
});
