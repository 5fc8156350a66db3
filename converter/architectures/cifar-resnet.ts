/** The small ResNet for pictures of 32 × 32 (He et al. 2015, section 4.2), any depth 6n + 2 and any widths. */
import type { Value } from '../network/network-builder.ts';
import { countNumbered, type Architecture } from './architecture.ts';
import type { Layers } from './layers.ts';

const stages = [1, 2, 3] as const;
const firstConvolution = 'conv1.weight';

export const cifarResnet: Architecture = {
  name: 'cifar-resnet',
  recipe: {
    resize: 32,
    filter: 'bilinear',
    size: 32,
    // Of CIFAR-10's 50 000 training pictures.
    mean: [125.307, 122.961, 113.8575],
    deviation: [62.9932, 62.0887, 66.7048],
  },
  recognises: (checkpoint) =>
    checkpoint.tensors.get(firstConvolution)?.shape[2] === 3 &&
    checkpoint.tensors.has('layer3.0.conv2.weight') &&
    !checkpoint.tensors.has('layer4.0.conv1.weight') &&
    !checkpoint.tensors.has('layer1.0.conv3.weight'),
  build: (layers, input) => {
    let value = layers.convolution('conv1', input, { norm: 'bn1', activation: 'relu', kernel: 3 });
    for (const stage of stages) {
      const count = Math.max(blocksOf(layers, stage), 1);
      for (let block = 0; block < count; block += 1) {
        const isFirst = block === 0;
        value = residual(layers, value, {
          name: `layer${stage}.${block}`,
          // The paper doubles the channels from stage to stage, which nothing here depends on.
          ...(isFirst ? {} : { outputs: value.channels }),
          stride: stage > 1 && isFirst ? 2 : 1,
        });
      }
    }
    return layers.dense('fc', layers.network.globalMean('avgpool', value));
  },
};

function blocksOf({ parameters }: Layers, stage: number): number {
  return countNumbered(parameters, `layer${stage}`, 'conv1.weight');
}

function residual(
  layers: Layers,
  input: Value,
  { name, stride, ...expected }: { name: string; stride: number; outputs?: number },
): Value {
  const first = layers.convolution(`${name}.conv1`, input, {
    norm: `${name}.bn1`,
    activation: 'relu',
    kernel: 3,
    stride,
    ...expected,
  });
  const outputs = first.channels;
  const second = layers.convolution(`${name}.conv2`, first, { norm: `${name}.bn2`, kernel: 3, outputs });
  const isProjected = stride !== 1 || input.channels !== outputs;
  const shortcut = isProjected
    ? layers.convolution(`${name}.shortcut.0`, input, {
        norm: `${name}.shortcut.1`,
        kernel: 1,
        outputs,
        stride,
      })
    : input;
  return layers.network.activation(name, layers.network.add(name, second, shortcut), 'relu');
}
