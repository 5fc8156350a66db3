/** The made-up checkpoint against what torchvision's ResNet-50 is known to have. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { resnet50Tensors, writeResnet50 } from '../../../../benchmarks/graphs/resnet50-checkpoint.ts';
import { buildNetwork } from '../../../../converter/architectures/build-network.ts';
import { readCheckpoint } from '../../../../converter/readers/checkpoint/read-checkpoint.ts';

describe('the checkpoint of the bench', function () {
  this.timeout(60_000);

  it('has the 25 557 032 parameters of ResNet-50, and a mean and a variance for each normalised channel', () => {
    const [trained, counted] = [...resnet50Tensors()].reduce(
      ([own, running], { name, elements }) =>
        name.includes('running') ? [own, running + elements.length] : [own + elements.length, running],
      [0, 0],
    );
    expect(trained).to.equal(25_557_032);
    expect(counted).to.equal(2 * 26_560);
  });

  it('is read and recognised as a whole ResNet-50', async () => {
    const work = await mkdtemp(path.join(tmpdir(), 'fovea-bench-checkpoint-'));
    try {
      const file = path.join(work, 'resnet50.safetensors');
      await writeResnet50(file);
      const { architecture, network, unused } = buildNetwork(await readCheckpoint(file));
      expect(architecture.name).to.equal('resnet50');
      expect(network.classCount).to.equal(1000);
      expect(unused).to.deep.equal([]);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  });
});
