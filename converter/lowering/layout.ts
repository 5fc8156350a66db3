/** TensorFlow's channels-last pictures beside ONNX's channels-first operators. */
import { integers } from '../onnx/onnx-graph.ts';
import type { LoweringContext } from './lowering.ts';

export const toChannelsFirst = [0, 3, 1, 2] as const;
export const toChannelsLast = [0, 2, 3, 1] as const;

/** A pair of spatial numbers out of a TensorFlow list that counts all four axes. */
export function spatialPair(context: LoweringContext, name: string): readonly [number, number] {
  const list = context.integers(name);
  const first = isChannelsFirst(context) ? 2 : 1;
  const others = list.filter((_, axis) => axis !== first && axis !== first + 1);
  if (others.some((number) => number !== 1)) {
    throw context.unsupported(`has ${name} along the batch or the channels`);
  }
  return [list[first] ?? 1, list[first + 1] ?? 1];
}

export function isChannelsFirst(context: LoweringContext): boolean {
  const format = context.text('data_format', 'NHWC');
  if (format !== 'NHWC' && format !== 'NCHW') throw context.unsupported(`uses the layout ${format}`);
  return format === 'NCHW';
}

/** Runs `emit` on a channels-first view; the transposes around it are cancelled by a later pass. */
export function inChannelsFirst(
  context: LoweringContext,
  value: string,
  emit: (value: string) => string,
): string {
  const { builder } = context;
  if (builder.typeOf(value).shape?.length !== 4) {
    throw context.unsupported('works on something else than pictures with four axes');
  }
  if (isChannelsFirst(context)) return emit(value);
  const transposed = builder.emit('Transpose', [value], { perm: integers(toChannelsFirst) });
  return builder.emit('Transpose', [emit(transposed)], { perm: integers(toChannelsLast) });
}
