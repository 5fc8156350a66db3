/** Every architecture known here, by name or by the checkpoint that shows it. */
import type { Checkpoint } from '../checkpoint.ts';
import { UnsupportedModel } from '../unsupported-model.ts';
import type { Architecture } from './architecture.ts';
import { cifarResnet } from './cifar-resnet.ts';
import { efficientnetLites } from './efficientnet-lite.ts';
import { mobilenetV2 } from './mobilenet-v2.ts';
import { mobilenetV3s } from './mobilenet-v3.ts';
import { resnets } from './resnet.ts';

const longestName = 100;

export const architectures: readonly Architecture[] = [
  ...resnets,
  mobilenetV2,
  ...mobilenetV3s,
  ...efficientnetLites,
  cifarResnet,
];

/** @throws UnsupportedModel listing the names there are. */
export function architectureNamed(name: string): Architecture {
  const found = architectures.find((architecture) => architecture.name === name);
  if (found !== undefined) return found;
  throw new UnsupportedModel(`There is no architecture ${name}; choose one of ${names().join(', ')}.`);
}

/** @throws UnsupportedModel when the names and shapes fit none. */
export function detectArchitecture(checkpoint: Checkpoint): Architecture {
  const found = architectures.find((architecture) => architecture.recognises(checkpoint));
  if (found !== undefined) return found;
  const [first = 'none'] = checkpoint.tensors.keys();
  // The name comes from the file: its length is anything, and control characters would reach a terminal.
  const example = first.slice(0, longestName).replace(/\p{C}/gu, '?');
  throw new UnsupportedModel(
    `The checkpoint's ${checkpoint.tensors.size} parameters (the first is ${example}) are those of no architecture known here; ` +
      `give --architecture with one of ${names().join(', ')}.`,
  );
}

/** What could be meant when this one does not fit. */
export function otherNames(architecture: Architecture): readonly string[] {
  return names().filter((name) => name !== architecture.name);
}

function names(): readonly string[] {
  return architectures.map(({ name }) => name);
}
