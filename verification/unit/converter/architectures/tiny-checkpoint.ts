/** Checkpoints of the smallest ResNet for thumbnails: one block a stage, four filters, three classes. */
import type { Checkpoint } from '../../../../converter/checkpoint.ts';
import { elementCount, type NumericTensor } from '../../../../gateway/domain/tensor.ts';

const norm = (name: string, channels: number): readonly (readonly [string, readonly number[]])[] =>
  ['weight', 'bias', 'running_mean', 'running_var'].map((part) => [`${name}.${part}`, [channels]] as const);

/** Names and shapes as training code with these layers saves them. */
export function tinyShapes(
  widths: readonly [number, number, number] = [4, 8, 16],
): readonly (readonly [name: string, shape: readonly number[]])[] {
  const stages = [1, 2, 3].flatMap((stage) => {
    const outputs = widths[stage - 1] ?? 0;
    const inputs = widths[stage - 2] ?? outputs;
    const block = `layer${stage}.0`;
    return [
      [`${block}.conv1.weight`, [outputs, inputs, 3, 3]] as const,
      ...norm(`${block}.bn1`, outputs),
      [`${block}.conv2.weight`, [outputs, outputs, 3, 3]] as const,
      ...norm(`${block}.bn2`, outputs),
      ...(stage === 1
        ? []
        : [
            [`${block}.shortcut.0.weight`, [outputs, inputs, 1, 1]] as const,
            ...norm(`${block}.shortcut.1`, outputs),
          ]),
    ];
  });
  return [
    ['conv1.weight', [widths[0], 3, 3, 3]],
    ...norm('bn1', widths[0]),
    ...stages,
    ['fc.weight', [3, widths[2]]],
    ['fc.bias', [3]],
  ];
}

/** @param changes tensors to put in, or `undefined` to leave one out; @param prefix goes before every name. */
export function tinyCheckpoint(
  changes: Readonly<Record<string, NumericTensor | undefined>> = {},
  prefix = '',
  shapes = tinyShapes(),
): Checkpoint {
  const tensors = new Map<string, NumericTensor>(
    shapes.map(([name, shape], seed) => [name, floats(shape, (index) => Math.sin(index * 7 + seed) + 0.1)]),
  );
  for (const [name, tensor] of Object.entries(changes)) {
    if (tensor === undefined) tensors.delete(name);
    else tensors.set(name, tensor);
  }
  // A variance is never negative.
  for (const [name, tensor] of tensors) {
    if (name.endsWith('.running_var'))
      tensors.set(
        name,
        floats(tensor.shape, (index) => 1 + index / 10),
      );
  }
  return {
    tensors: new Map([...tensors].map(([name, tensor]) => [prefix + name, tensor])),
    metadata: new Map(),
  };
}

export function floats(shape: readonly number[], valueAt: (index: number) => number): NumericTensor {
  const elements = Float32Array.from({ length: elementCount(shape) }, (_, index) => valueAt(index));
  return { datatype: 'float32', shape, elements };
}
