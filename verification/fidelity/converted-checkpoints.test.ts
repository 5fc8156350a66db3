/** Converted checkpoints answer what PyTorch answers with the same weights. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { buildNetwork } from '../../converter/architectures/build-network.ts';
import { compileSavedModel } from '../../converter/compile-saved-model.ts';
import { convertCheckpoint } from '../../converter/convert-checkpoint.ts';
import { classifierGraph, tensorSignature } from '../../converter/network/classifier-graph.ts';
import { writeSavedModel } from '../../converter/writers/saved-model/write-saved-model.ts';
import type { NumericTensor } from '../../gateway/domain/tensor.ts';
import { emptyParameters, hashedParameters, hashedPictures } from './hashed-weights.ts';
import { ProgramRunner } from './operations/onnx-run.ts';
import { readTorchRecord, type RecordedFamily } from './torch-record.ts';

const mostDifference = 1e-4;
const record = readTorchRecord();
const shared = path.resolve('..', 'shared', 'data');
/** The real weights, where somebody has put them (../shared/data/README.md says where they come from). */
const lite0Weights = path.join(shared, 'efficientnet-lite0-57934424.pth');
const samples = path.join(shared, 'imagenet-samples');
const isLite0There = existsSync(lite0Weights) && existsSync(samples);
const lite0Reason = isLite0There
  ? ''
  : ' (skipped: ../shared/data lacks efficientnet-lite0-57934424.pth or imagenet-samples)';

let work = '';

function largestDifference(
  probabilities: NumericTensor | undefined,
  expected: readonly (readonly number[])[],
): number {
  const flat = expected.flat();
  expect(probabilities?.elements.length).to.equal(flat.length);
  return flat.reduce(
    (most, value, index) => Math.max(most, Math.abs(Number(probabilities?.elements[index]) - value)),
    0,
  );
}

/** Through the very files that other engines load. */
async function answer(name: string, family: RecordedFamily): Promise<NumericTensor | undefined> {
  const { architecture, network } = buildNetwork({ tensors: hashedParameters(family), metadata: new Map() });
  const folder = path.join(work, name);
  const recipe = { ...architecture.recipe, size: record.side, resize: record.side };
  const graph = classifierGraph(network, { recipe, hasBackgroundClass: false });
  const signatures = graph.signatures.filter((signature) => signature.name === tensorSignature);
  await writeSavedModel(folder, { ...graph, signatures });
  const runner = await ProgramRunner.open(await compileSavedModel(folder), tensorSignature);
  try {
    return (await runner.run(new Map([['images', hashedPictures(record.side)]]))).get('probabilities');
  } finally {
    await runner.close();
    await rm(folder, { recursive: true });
  }
}

describe('converted checkpoints', function () {
  this.timeout(120_000);

  before(async () => {
    work = await mkdtemp(path.join(tmpdir(), 'fovea-converted-'));
  });

  after(async () => {
    await rm(work, { recursive: true, force: true });
  });

  for (const [name, family] of record.families) {
    const { probabilities } = family;
    if (probabilities === undefined) {
      it(`knows every parameter of ${name}`, () => {
        const built = buildNetwork({ tensors: emptyParameters(family), metadata: new Map() });
        expect(built.architecture.name).to.equal(name);
        expect(built.unused).to.deep.equal([]);
        expect(built.network.classCount).to.equal(10);
      });
      continue;
    }
    it(`${name} gives PyTorch's probabilities`, async () => {
      expect(largestDifference(await answer(name, family), probabilities)).to.be.at.most(mostDifference);
    });
  }

  it(`EfficientNet-Lite0 gives PyTorch's answers with its real weights${lite0Reason}`, async function () {
    if (!isLite0There) this.skip();
    const folder = path.join(work, 'lite0');
    const report = await convertCheckpoint({
      weights: lite0Weights,
      hasBackgroundClass: true,
      savedModelFolder: folder,
    });
    expect(report).to.include({ architecture: 'efficientnet-lite0', classCount: 1001 });
    const model = await compileSavedModel(folder);
    const tensors = await ProgramRunner.open(model, tensorSignature);
    const answers = await tensors.run(new Map([['images', hashedPictures(224)]]));
    const expected = record.lite0.probabilities.map((row) => [0, ...row]);
    expect(largestDifference(answers.get('probabilities'), expected)).to.be.at.most(mostDifference);
    await tensors.close();

    const pictures = await ProgramRunner.open(model, 'serving_default');
    const files = (await readdir(samples)).sort();
    expect(files).to.deep.equal(record.lite0.pictures);
    let same = 0;
    for (const [index, file] of files.entries()) {
      const bytes = await readFile(path.join(samples, file));
      const contents = { datatype: 'string', shape: [1], elements: [bytes] } as const;
      const classes = (await pictures.run(new Map([['image_bytes', contents]]))).get('classes');
      same += Number(Number(classes?.elements[0]) === (record.lite0.classes[index] ?? -1) + 1);
    }
    await pictures.close();
    expect(same).to.be.at.least(395);
  });
});
