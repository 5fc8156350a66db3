/** MobileNetV2 of any width, by torchvision's names. */
import type { Value } from '../network/network-builder.ts';
import { imagenetStatistics } from '../network/preprocessing-recipe.ts';
import type { Architecture } from './architecture.ts';
import type { Layers } from './layers.ts';

/** Stride of each inverted residual, `features.1` to `features.17`. */
const strides = [1, 2, 1, 2, 1, 1, 2, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1] as const;
const activation = 'relu6';

export const mobilenetV2: Architecture = {
  name: 'mobilenet_v2',
  recipe: { resize: 256, filter: 'bilinear', size: 224, ...imagenetStatistics },
  recognises: ({ tensors }) =>
    tensors.has('features.1.conv.0.0.weight') &&
    tensors.has('features.2.conv.1.0.weight') &&
    !tensors.has('features.1.block.0.0.weight'),
  build: (layers, input) => {
    const stem = layers.convolution('features.0.0', input, {
      norm: 'features.0.1',
      activation,
      stride: 2,
      kernel: 3,
    });
    const body = strides.reduce(
      (value, stride, index) =>
        invertedResidual(layers, value, { name: `features.${index + 1}.conv`, stride }),
      stem,
    );
    const head = layers.convolution('features.18.0', body, { norm: 'features.18.1', activation, kernel: 1 });
    return layers.dense('classifier.1', layers.network.globalMean('pool', head));
  },
};

/** Expansion (absent in the first block), depthwise convolution, projection without activation. */
function invertedResidual(
  layers: Layers,
  input: Value,
  { name, stride }: { name: string; stride: number },
): Value {
  const isExpanded = name !== 'features.1.conv';
  const expanded = isExpanded
    ? layers.convolution(`${name}.0.0`, input, { norm: `${name}.0.1`, activation, kernel: 1 })
    : input;
  const depthwise = Number(isExpanded);
  const filtered = layers.depthwise(`${name}.${depthwise}.0`, expanded, {
    norm: `${name}.${depthwise}.1`,
    activation,
    kernel: 3,
    stride,
  });
  const projected = layers.convolution(`${name}.${depthwise + 1}`, filtered, {
    norm: `${name}.${depthwise + 2}`,
    kernel: 1,
  });
  const isResidual = stride === 1 && projected.channels === input.channels;
  return isResidual ? layers.network.add(name, projected, input) : projected;
}
