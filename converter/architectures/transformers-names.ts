/** Gives the parameters of a ResNet from Hugging Face's transformers the names that torchvision has for the same. */
import type { Checkpoint } from '../checkpoint.ts';

/** Only networks of that library have one of this name. */
const sign = 'resnet.embedder.embedder.convolution.weight';

/** What a name begins with there, and here. */
const rules: readonly (readonly [RegExp, (...groups: readonly string[]) => string])[] = [
  [/^resnet\.embedder\.embedder\.convolution\./, () => 'conv1.'],
  [/^resnet\.embedder\.embedder\.normalization\./, () => 'bn1.'],
  [
    /^resnet\.encoder\.stages\.(\d+)\.layers\.(\d+)\.shortcut\.(convolution|normalization)\./,
    (stage, block, kind) => `${blockName(stage, block)}.downsample.${kind === 'convolution' ? 0 : 1}.`,
  ],
  [
    /^resnet\.encoder\.stages\.(\d+)\.layers\.(\d+)\.layer\.(\d+)\.(convolution|normalization)\./,
    (stage, block, layer, kind) =>
      `${blockName(stage, block)}.${kind === 'convolution' ? 'conv' : 'bn'}${Number(layer) + 1}.`,
  ],
  [/^classifier\.1\./, () => 'fc.'],
];

/** The same checkpoint when it is none of that library's. */
export function withoutTransformersNames(checkpoint: Checkpoint): Checkpoint {
  if (!checkpoint.tensors.has(sign)) return checkpoint;
  const tensors = new Map([...checkpoint.tensors].map(([name, tensor]) => [renamed(name), tensor]));
  return { ...checkpoint, tensors };
}

function renamed(name: string): string {
  for (const [pattern, prefix] of rules) {
    const [found, ...groups] = pattern.exec(name) ?? [];
    if (found !== undefined) return `${prefix(...groups)}${name.slice(found.length)}`;
  }
  return name;
}

const blockName = (stage: string | undefined, block: string | undefined): string =>
  `layer${Number(stage) + 1}.${String(block)}`;
