/** What the passes are for is gone from the compiled models: transposes, paddings, normalisations after convolutions. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { compileSavedModel } from '../../../../converter/compile-saved-model.ts';
import type { CompiledModel } from '../../../../converter/program.ts';
import { fixturesFolder } from '../../../fidelity/operations/fixture.ts';
import { fillSavedModel } from '../../../support/fill-saved-model.ts';
import { operatorCounts, readOnnx, type ReadModel } from '../writers/read-onnx.ts';

const models = path.resolve('..', 'shared', 'data', 'models');
const isPresent = existsSync(models);
const reason = isPresent ? '' : ' (skipped: ../shared/data/models is not there)';

function moduleOf(model: CompiledModel, name: string): ReadModel {
  const bytes = model.modules.get(name);
  if (bytes === undefined) throw new Error(`no module ${name}`);
  return readOnnx(bytes);
}

function modulesOf(
  model: CompiledModel,
  signature = 'serving_default',
): { network: ReadModel; prepare?: ReadModel } {
  const program = model.programs.find(({ signature: { name } }) => name === signature);
  if (program === undefined) throw new Error(`no signature ${signature}`);
  const network = moduleOf(model, program.network);
  return program.kind === 'picture' ? { network, prepare: moduleOf(model, program.prepare) } : { network };
}

/** Pairs of operators of which the second is the only reader of the first. */
function onlyReaders({ nodes, outputs }: ReadModel): string[] {
  const readers = new Map<string, string[]>();
  for (const { operator, inputs } of nodes)
    for (const input of inputs) readers.set(input, [...(readers.get(input) ?? []), operator]);
  return nodes.flatMap((node) => {
    const [only, ...others] = readers.get(node.outputs[0] ?? '') ?? [];
    return only === undefined || others.length > 0 || outputs.includes(node.outputs[0] ?? '')
      ? []
      : [`${node.operator} → ${only}`];
  });
}

function isTidy(network: ReadModel): void {
  const pairs = onlyReaders(network);
  expect(pairs).not.to.include('Conv → BatchNormalization');
  expect(pairs).not.to.include('Pad → Conv');
  expect(pairs).not.to.include('Transpose → Transpose');
}

describe('the compiled structure', function () {
  this.timeout(60_000);

  for (const name of ['mobilenet_edgetpu_tf1', 'mobilenet_edgetpu_tf2']) {
    it(`${name} has no transpose in its network and one before it${reason}`, async function () {
      if (!isPresent) this.skip();
      const { network, prepare } = modulesOf(await compileSavedModel(path.join(models, name, '1')));
      const counts = operatorCounts(network);
      isTidy(network);
      expect([counts.get('Transpose'), counts.get('BatchNormalization'), counts.get('Pad')]).to.deep.equal([
        undefined,
        undefined,
        undefined,
      ]);
      expect(prepare && operatorCounts(prepare).get('Transpose')).to.be.at.most(1);
    });
  }

  it(`the official ResNet pools globally and keeps only the normalisations that precede a convolution${reason}`, async function () {
    if (!isPresent) this.skip();
    const filled = await mkdtemp(path.join(tmpdir(), 'fovea-filled-'));
    try {
      await fillSavedModel(path.join(models, 'resnet_v2_fp32_savedmodel_NHWC_jpg', '1538687457'), filled);
      const { network, prepare } = modulesOf(await compileSavedModel(filled));
      const counts = operatorCounts(network);
      isTidy(network);
      expect(counts.get('Transpose')).to.equal(undefined);
      expect(prepare && operatorCounts(prepare).get('Transpose')).to.be.at.most(1);
      expect(counts.get('GlobalAveragePool')).to.equal(1);
      expect(counts.get('Conv')).to.equal(53);
      // Version 2 normalises each block's sum before its convolutions: 16 blocks and the end.
      expect(counts.get('BatchNormalization')).to.equal(17);
    } finally {
      await rm(filled, { recursive: true, force: true });
    }
  });

  it('a small network on tensors keeps the one transpose of its input', async () => {
    const { network } = modulesOf(await compileSavedModel(path.join(fixturesFolder, 'network')));
    const counts = operatorCounts(network);
    isTidy(network);
    expect([counts.get('Transpose'), counts.get('BatchNormalization'), counts.get('Pad')]).to.deep.equal([
      1,
      undefined,
      undefined,
    ]);
    expect(counts.get('GlobalAveragePool')).to.equal(2);
  });

  it('signatures that compute the same share their modules', async () => {
    const { programs } = await compileSavedModel(path.join(fixturesFolder, 'graph'));
    const networkOf = (name: string) => programs.find(({ signature }) => signature.name === name)?.network;
    expect(networkOf('twin')).to.equal(networkOf('serving_default'));
    expect(networkOf('logits')).not.to.equal(networkOf('serving_default'));
  });
});
