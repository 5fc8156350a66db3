/** ResNet 18 to 152 with the stride in the 3 × 3 convolution ("v1.5"), by torchvision's names. */
import { imagenetStatistics } from '../network/preprocessing-recipe.ts';
import type { Value } from '../network/network-builder.ts';
import { countNumbered, type Architecture } from './architecture.ts';
import type { Layers } from './layers.ts';

type BlockKind = 'basic' | 'bottleneck';

/** A bottleneck's last convolution has four times the filters of its others. */
const expansion = { basic: 1, bottleneck: 4 } as const;
const stageWidths = [64, 128, 256, 512] as const;

const depths: readonly (readonly [number, BlockKind, readonly number[]])[] = [
  [18, 'basic', [2, 2, 2, 2]],
  [34, 'basic', [3, 4, 6, 3]],
  [50, 'bottleneck', [3, 4, 6, 3]],
  [101, 'bottleneck', [3, 4, 23, 3]],
  [152, 'bottleneck', [3, 8, 36, 3]],
];

export const resnets: readonly Architecture[] = depths.map(([depth, kind, blocks]) => ({
  name: `resnet${depth}`,
  recipe: { resize: 256, filter: 'bilinear', size: 224, ...imagenetStatistics },
  recognises: (checkpoint) =>
    checkpoint.tensors.has('layer1.0.conv3.weight') === (kind === 'bottleneck') &&
    blocks.every(
      (count, stage) => countNumbered(checkpoint.tensors, `layer${stage + 1}`, 'conv1.weight') === count,
    ),
  build: (layers, input) => {
    const stem = layers.convolution('conv1', input, {
      norm: 'bn1',
      activation: 'relu',
      stride: 2,
      kernel: 7,
      outputs: 64,
    });
    let value = layers.network.maximumPool('maxpool', stem, { size: 3, stride: 2, padding: 1 });
    for (const [stage, count] of blocks.entries()) {
      for (let block = 0; block < count; block += 1) {
        value = residual(layers, value, {
          name: `layer${stage + 1}.${block}`,
          kind,
          width: stageWidths[stage] ?? 0,
          stride: stage > 0 && block === 0 ? 2 : 1,
        });
      }
    }
    return layers.dense('fc', layers.network.globalMean('avgpool', value));
  },
}));

interface ResidualBlock {
  readonly name: string;
  readonly kind: BlockKind;
  readonly width: number;
  readonly stride: number;
}

function residual(layers: Layers, input: Value, { name, kind, width, stride }: ResidualBlock): Value {
  const outputs = width * expansion[kind];
  const norm = (index: number): string => `${name}.bn${index}`;
  const steps =
    kind === 'basic'
      ? [
          { kernel: 3, outputs: width, stride },
          { kernel: 3, outputs, stride: 1 },
        ]
      : [
          { kernel: 1, outputs: width, stride: 1 },
          { kernel: 3, outputs: width, stride },
          { kernel: 1, outputs, stride: 1 },
        ];
  const branch = steps.reduce(
    (value, step, index) =>
      layers.convolution(`${name}.conv${index + 1}`, value, {
        ...step,
        norm: norm(index + 1),
        ...(index < steps.length - 1 ? { activation: 'relu' } : {}),
      }),
    input,
  );
  const isProjected = stride !== 1 || input.channels !== outputs;
  const shortcut = isProjected
    ? layers.convolution(`${name}.downsample.0`, input, {
        norm: `${name}.downsample.1`,
        kernel: 1,
        outputs,
        stride,
      })
    : input;
  return layers.network.activation(name, layers.network.add(name, branch, shortcut), 'relu');
}
