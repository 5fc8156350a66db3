/** Checkpoints are recognised by names and shapes, and every parameter is accounted for. */
import { expect } from 'chai';
import { buildNetwork } from '../../../../converter/architectures/build-network.ts';
import { UnsupportedModel } from '../../../../converter/unsupported-model.ts';
import { floats, tinyCheckpoint, tinyShapes } from './tiny-checkpoint.ts';

const zeros = (shape: readonly number[]) => floats(shape, () => 0);

describe('building a network from a checkpoint', () => {
  it('recognises the architecture and reads width and classes from the shapes', () => {
    const { architecture, network, unused } = buildNetwork(tinyCheckpoint());
    expect(architecture.name).to.equal('cifar-resnet');
    expect(network.classCount).to.equal(3);
    expect(unused).to.deep.equal([]);
    expect(network.variables.get('parameters/layer3.0.conv2/kernel')?.shape).to.deep.equal([3, 3, 16, 16]);
  });

  it('takes any widths of the stages', () => {
    const { network } = buildNetwork(tinyCheckpoint({}, '', tinyShapes([4, 6, 5])));
    expect(network.variables.get('parameters/layer3.0.conv1/kernel')?.shape).to.deep.equal([3, 3, 6, 5]);
    expect(network.variables.get('parameters/fc/kernel')?.shape).to.deep.equal([5, 3]);
  });

  it('refuses a second block that is narrower than the first, whose shortcut nothing projects', () => {
    const second = tinyShapes().filter(([name]) => name.startsWith('layer1.0.'));
    const blocks = second.map(
      ([name, shape]) =>
        [name.replace('layer1.0', 'layer1.1'), shape.map((size) => (size === 4 ? 2 : size))] as const,
    );
    expect(() => buildNetwork(tinyCheckpoint({}, '', [...tinyShapes(), ...blocks]))).to.throw(
      UnsupportedModel,
      /layer1\.1\.conv1\.weight has the shape \[2, 2, 3, 3\] where cifar-resnet needs \[4, 4, 3, 3\]/,
    );
  });

  for (const prefix of ['module.', 'model.', '_orig_mod.module.']) {
    it(`takes ${prefix} off the names`, () => {
      expect(buildNetwork(tinyCheckpoint({}, prefix)).architecture.name).to.equal('cifar-resnet');
    });
  }

  it('reports what it has no use for, but not the counters of training', () => {
    const { unused } = buildNetwork(
      tinyCheckpoint({
        'bn1.num_batches_tracked': { datatype: 'int64', shape: [], elements: BigInt64Array.of(7n) },
        'auxiliary.weight': zeros([2, 2]),
      }),
    );
    expect(unused).to.deep.equal(['auxiliary.weight']);
  });

  it('multiplies the normalisation into the kernel and the bias', () => {
    const { network } = buildNetwork(
      tinyCheckpoint({
        'conv1.weight': floats([4, 3, 3, 3], (index) => index),
        'bn1.weight': floats([4], () => 3),
        'bn1.bias': floats([4], () => 5),
        'bn1.running_mean': floats([4], () => 2),
      }),
    );
    // Filter 1, input 2, row 0, column 1 of [4,3,3,3]; the variance of channel 1 is 1.1.
    const factor = 3 / Math.sqrt(1.1 + 1e-5);
    const kernel = network.variables.get('parameters/conv1/kernel');
    expect(kernel?.shape).to.deep.equal([3, 3, 3, 4]);
    expect(kernel?.elements[(1 * 3 + 2) * 4 + 1]).to.be.closeTo((27 + 18 + 1) * factor, 1e-4);
    expect(network.variables.get('parameters/conv1/bias')?.elements[1]).to.be.closeTo(5 - 2 * factor, 1e-5);
  });

  const refusals: readonly (readonly [string, () => unknown, RegExp])[] = [
    [
      'half a checkpoint, naming what is missing',
      () =>
        buildNetwork(
          tinyCheckpoint({
            'bn1.bias': undefined,
            'layer2.0.bn1.running_var': undefined,
            'fc.bias': undefined,
          }),
        ),
      /lacks 3 of the parameters that cifar-resnet needs: bn1\.bias, layer2\.0\.bn1\.running_var, fc\.bias\. Give the whole checkpoint, or name another --architecture: resnet18, .*efficientnet-lite4\.$/,
    ],
    [
      'pictures of four channels, saying both shapes',
      () => buildNetwork(tinyCheckpoint({ 'conv1.weight': zeros([4, 4, 3, 3]) })),
      /conv1\.weight has the shape \[4, 4, 3, 3\] where cifar-resnet needs \[any, 3, 3, 3\]\. Give weights that fit, or name another --architecture: resnet18, /,
    ],
    [
      'a head of another width',
      () => buildNetwork(tinyCheckpoint({ 'fc.weight': zeros([3, 64]) })),
      /fc\.weight has the shape \[3, 64\] where cifar-resnet needs \[any, 16\]/,
    ],
    [
      'a head without classes',
      () => buildNetwork(tinyCheckpoint({ 'fc.weight': zeros([0, 16]), 'fc.bias': zeros([0]) })),
      /no classes; give weights with a trained head\.$/,
    ],
    [
      'weights of a diverged training',
      () => buildNetwork(tinyCheckpoint({ 'fc.bias': floats([3], () => NaN) })),
      /fc\.bias holds values that are not finite/,
    ],
    [
      'quantised weights',
      () =>
        buildNetwork(
          tinyCheckpoint({ 'fc.bias': { datatype: 'int8', shape: [3], elements: Int8Array.of(1, 2, 3) } }),
        ),
      /fc\.bias holds int8/,
    ],
    [
      'a checkpoint of something else',
      () => buildNetwork({ tensors: new Map([['encoder.weight', zeros([1])]]), metadata: new Map() }),
      /the first is encoder\.weight.*--architecture.*resnet18/,
    ],
    [
      'a name that would clear the terminal, or fill it',
      () => {
        const tensors = new Map([[`\u001b[2J${'x'.repeat(5000)}`, zeros([1])]]);
        return buildNetwork({ tensors, metadata: new Map() });
      },
      /the first is \?\[2Jx{96}\) .* cifar-resnet\.$/,
    ],
    [
      'an architecture nobody knows',
      () => buildNetwork(tinyCheckpoint(), 'vgg16'),
      /no architecture vgg16.*resnet50/,
    ],
    [
      'another architecture than the one named',
      () => buildNetwork(tinyCheckpoint(), 'mobilenet_v2'),
      /lacks \d+ of the parameters that mobilenet_v2 needs: features\.0\.0\.weight, .* and \d+ others\. Give .*: resnet18, /,
    ],
  ];
  for (const [what, build, sentence] of refusals) {
    it(`refuses ${what}`, () => {
      expect(build).to.throw(UnsupportedModel, sentence);
    });
  }
});
