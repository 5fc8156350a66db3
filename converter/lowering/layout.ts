/** TensorFlow's channels-last pictures beside ONNX's channels-first operators. */
import { integers } from '../onnx/onnx-graph.ts';
import type { LoweringContext } from './lowering.ts';

export const toChannelsFirst = [0, 3, 1, 2] as const;
export const toChannelsLast = [0, 2, 3, 1] as const;

/** A pair of spatial numbers out of a TensorFlow list that counts all four axes. */
export function spatialPair(context: LoweringContext, name: string): readonly [number, number] {
  const list = context.integers(name);
  const first = isChannelsFirst(context) ? 2 : 1;
  return [list[first] ?? 1, list[first + 1] ?? 1];
}

export function isChannelsFirst(context: LoweringContext): boolean {
  return context.text('data_format', 'NHWC') === 'NCHW';
}

/** Runs `emit` on a channels-first view; the transposes around it are cancelled by a later pass. */
export function inChannelsFirst(
  context: LoweringContext,
  value: string,
  emit: (value: string) => string,
): string {
  if (isChannelsFirst(context)) return emit(value);
  const { builder } = context;
  const transposed = builder.emit('Transpose', [value], { perm: integers(toChannelsFirst) });
  return builder.emit('Transpose', [emit(transposed)], { perm: integers(toChannelsLast) });
}
