/** MobileNetV3 large and small of any width, by torchvision's names. */
import type { Activation, Value } from '../network/network-builder.ts';
import { imagenetStatistics } from '../network/preprocessing-recipe.ts';
import type { Architecture } from './architecture.ts';
import type { Layers } from './layers.ts';

const epsilon = 1e-3;

interface Block {
  readonly stride: 1 | 2;
  readonly kernel: 3 | 5;
  readonly activation: Activation;
  readonly hasSqueeze: boolean;
  /** Whether a 1 × 1 convolution widens the input first, which only the first block may do without. */
  readonly isExpanded: boolean;
}

/** `3` or `5`: the kernel; `/`: stride 2; `h`: hard-swish instead of ReLU; `s`: squeeze and excitation; `!`: not expanded. */
function block(code: string): Block {
  return {
    stride: code.includes('/') ? 2 : 1,
    kernel: code.includes('5') ? 5 : 3,
    activation: code.includes('h') ? 'hard-swish' : 'relu',
    hasSqueeze: code.includes('s'),
    isExpanded: !code.includes('!'),
  };
}

/** Howard et al. 2019, tables 1 and 2. */
const variants = [
  ['large', '3! 3/ 3 5/s 5s 5s 3/h 3h 3h 3h 3hs 3hs 5/hs 5hs 5hs'],
  ['small', '3/s! 3/ 3 5/hs 5hs 5hs 5hs 5hs 5/hs 5hs 5hs'],
] as const;

export const mobilenetV3s: readonly Architecture[] = variants.map(([size, codes]) => {
  const blocks = codes.split(' ').map(block);
  const last = `features.${blocks.length + 1}`;
  return {
    name: `mobilenet_v3_${size}`,
    recipe: { resize: 256, filter: 'bilinear', size: 224, ...imagenetStatistics },
    recognises: ({ tensors }) =>
      tensors.has(`features.${blocks.length}.block.0.0.weight`) && tensors.has(`${last}.0.weight`),
    build: (layers, input) => {
      const stem = layers.convolution('features.0.0', input, {
        norm: 'features.0.1',
        epsilon,
        activation: 'hard-swish',
        stride: 2,
        kernel: 3,
      });
      const body = blocks.reduce(
        (value, shape, index) => invertedResidual(layers, value, { name: `features.${index + 1}`, shape }),
        stem,
      );
      const head = layers.convolution(`${last}.0`, body, {
        norm: `${last}.1`,
        epsilon,
        activation: 'hard-swish',
        kernel: 1,
      });
      const hidden = layers.dense('classifier.0', layers.network.globalMean('avgpool', head));
      return layers.dense('classifier.3', layers.network.activation('classifier.1', hidden, 'hard-swish'));
    },
  };
});

function invertedResidual(
  layers: Layers,
  input: Value,
  { name, shape }: { name: string; shape: Block },
): Value {
  const { stride, kernel, activation } = shape;
  let step = 0;
  const next = (): string => `${name}.block.${step++}`;
  let value = input;
  if (shape.isExpanded) {
    const expansion = next();
    value = layers.convolution(`${expansion}.0`, value, {
      norm: `${expansion}.1`,
      epsilon,
      activation,
      kernel: 1,
    });
  }
  const filter = next();
  value = layers.depthwise(`${filter}.0`, value, {
    norm: `${filter}.1`,
    epsilon,
    activation,
    kernel,
    stride,
  });
  if (shape.hasSqueeze) value = squeezeAndExcite(layers, value, next());
  const projection = next();
  value = layers.convolution(`${projection}.0`, value, { norm: `${projection}.1`, epsilon, kernel: 1 });
  const isResidual = stride === 1 && value.channels === input.channels;
  return isResidual ? layers.network.add(name, value, input) : value;
}

/** Weighs the channels by what the whole picture shows. */
function squeezeAndExcite(layers: Layers, input: Value, name: string): Value {
  const mean = layers.network.globalMean(name, input, true);
  const squeezed = layers.convolution(`${name}.fc1`, mean, { activation: 'relu', kernel: 1 });
  const weights = layers.convolution(`${name}.fc2`, squeezed, {
    activation: 'hard-sigmoid',
    kernel: 1,
    outputs: input.channels,
  });
  return layers.network.multiply(name, input, weights);
}
