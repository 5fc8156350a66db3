/** A ResNet by the names of Hugging Face's transformers is the same network as by torchvision's. */
import { expect } from 'chai';
import { buildNetwork } from '../../../../converter/architectures/build-network.ts';
import { hashedParameters } from '../../../fidelity/hashed-weights.ts';
import { readTorchRecord } from '../../../fidelity/torch-record.ts';

/** The other way round than the code under test, as that library names them. */
function transformersName(name: string): string {
  const [, stage, block, part] = /^layer(\d)\.(\d+)\.(.*)$/.exec(name) ?? [];
  if (part !== undefined) {
    const place = `resnet.encoder.stages.${Number(stage) - 1}.layers.${String(block)}`;
    return `${place}.${part
      .replace(/^downsample\.0/, 'shortcut.convolution')
      .replace(/^downsample\.1/, 'shortcut.normalization')
      .replace(/^conv(\d)/, (_, one: string) => `layer.${Number(one) - 1}.convolution`)
      .replace(/^bn(\d)/, (_, one: string) => `layer.${Number(one) - 1}.normalization`)}`;
  }
  return name
    .replace(/^conv1/, 'resnet.embedder.embedder.convolution')
    .replace(/^bn1/, 'resnet.embedder.embedder.normalization')
    .replace(/^fc/, 'classifier.1');
}

describe('a ResNet by the names of transformers', () => {
  for (const architecture of ['resnet18', 'resnet50']) {
    it(`is ${architecture}, parameter for parameter`, function () {
      const family = readTorchRecord().families.get(architecture);
      if (family === undefined) return this.skip();
      const tensors = new Map(hashedParameters(family));
      const metadata = new Map<string, string>();
      const expected = buildNetwork({ tensors, metadata });
      const renamed = new Map([...tensors].map(([name, tensor]) => [transformersName(name), tensor]));
      expect([...renamed.keys()].filter((name) => tensors.has(name))).to.deep.equal([]);
      const { network, architecture: found, unused } = buildNetwork({ tensors: renamed, metadata });
      expect(found.name).to.equal(architecture);
      expect(unused).to.deep.equal(expected.unused);
      expect(network.variables).to.deep.equal(expected.network.variables);
    });
  }
});
