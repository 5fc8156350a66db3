/** EfficientNet-Lite 0 to 4, by the names of the PyPI package efficientnet-lite-pytorch. */
import type { Value } from '../network/network-builder.ts';
import { countNumbered, type Architecture } from './architecture.ts';
import type { Layers } from './layers.ts';

/** Google's values, where PyTorch's default would be 1e-5. */
const epsilon = 1e-3;
const activation = 'relu6';
const stemFilters = 32;
const headFilters = 1280;

interface Stage {
  readonly repeats: number;
  readonly kernel: 3 | 5;
  readonly stride: 1 | 2;
  readonly expansion: 1 | 6;
  readonly filters: number;
}

/** Tan and Le 2019, table 1; the Lite series leaves out squeeze and excitation. */
const stages: readonly Stage[] = [
  { repeats: 1, kernel: 3, stride: 1, expansion: 1, filters: 16 },
  { repeats: 2, kernel: 3, stride: 2, expansion: 6, filters: 24 },
  { repeats: 2, kernel: 5, stride: 2, expansion: 6, filters: 40 },
  { repeats: 3, kernel: 3, stride: 2, expansion: 6, filters: 80 },
  { repeats: 3, kernel: 5, stride: 1, expansion: 6, filters: 112 },
  { repeats: 4, kernel: 5, stride: 2, expansion: 6, filters: 192 },
  { repeats: 1, kernel: 3, stride: 1, expansion: 6, filters: 320 },
];

/** Width and depth multipliers, side of the picture. */
const variants = [
  [1, 1, 224],
  [1, 1.1, 240],
  [1.1, 1.2, 260],
  [1.2, 1.4, 280],
  [1.4, 1.8, 300],
] as const;

/** The part of a picture's shorter side that the crop keeps. */
const cropFraction = 0.875;

export const efficientnetLites: readonly Architecture[] = variants.map(([width, depth, size], number) => {
  const blocks = scaledBlocks(width, depth);
  const lastName = `_blocks.${blocks.length - 1}._project_conv.weight`;
  return {
    name: `efficientnet-lite${number}`,
    recipe: {
      resize: Math.round(size / cropFraction),
      filter: 'bicubic',
      size,
      mean: [127, 127, 127],
      deviation: [128, 128, 128],
    },
    recognises: ({ tensors }) =>
      countNumbered(tensors, '_blocks', '_depthwise_conv.weight') === blocks.length &&
      tensors.get(lastName)?.shape[0] === blocks.at(-1)?.filters &&
      !tensors.has('_blocks.0._se_reduce.weight'),
    build: (layers, input) => {
      const stem = layers.convolution('_conv_stem', input, {
        norm: '_bn0',
        epsilon,
        activation,
        padding: 'same',
        stride: 2,
        kernel: 3,
        outputs: stemFilters,
      });
      const body = blocks.reduce(
        (value, block, index) => invertedResidual(layers, value, { name: `_blocks.${index}`, block }),
        stem,
      );
      const head = layers.convolution('_conv_head', body, {
        norm: '_bn1',
        epsilon,
        activation,
        kernel: 1,
        outputs: headFilters,
      });
      return layers.dense('_fc', layers.network.globalMean('_avg_pooling', head));
    },
  };
});

/** Every block with its own stride and filters; the first and the last stage are never repeated more often. */
function scaledBlocks(width: number, depth: number): readonly Stage[] {
  return stages.flatMap((stage, index) => {
    const isEnd = index === 0 || index === stages.length - 1;
    const repeats = isEnd ? stage.repeats : Math.ceil(stage.repeats * depth);
    const filters = scaledFilters(stage.filters, width);
    return Array.from({ length: repeats }, (_, repeat): Stage => ({
      ...stage,
      filters,
      stride: repeat === 0 ? stage.stride : 1,
    }));
  });
}

/** To the nearest multiple of eight, but never more than a tenth below. */
function scaledFilters(filters: number, width: number): number {
  const wanted = filters * width;
  const rounded = Math.max(8, Math.floor((wanted + 4) / 8) * 8);
  return rounded < 0.9 * wanted ? rounded + 8 : rounded;
}

function invertedResidual(
  layers: Layers,
  input: Value,
  { name, block }: { name: string; block: Stage },
): Value {
  const { kernel, stride, expansion, filters } = block;
  const expanded =
    expansion === 1
      ? input
      : layers.convolution(`${name}._expand_conv`, input, {
          norm: `${name}._bn0`,
          epsilon,
          activation,
          kernel: 1,
          outputs: input.channels * expansion,
        });
  const filtered = layers.depthwise(`${name}._depthwise_conv`, expanded, {
    norm: `${name}._bn1`,
    epsilon,
    activation,
    padding: 'same',
    kernel,
    stride,
  });
  const projected = layers.convolution(`${name}._project_conv`, filtered, {
    norm: `${name}._bn2`,
    epsilon,
    kernel: 1,
    outputs: filters,
  });
  const isResidual = stride === 1 && input.channels === filters;
  return isResidual ? layers.network.add(name, projected, input) : projected;
}
