/** Padding with a constant or with a mirror image. */
import { integer, integers } from '../onnx/onnx-graph.ts';
import { emitPad } from '../onnx/pad-operator.ts';
import { farEnd } from './strided-slice.ts';
import type { Lowering, LoweringContext, Lowerings } from './lowering.ts';

/** TensorFlow pads as [[before, after]…], ONNX as [before…, after…]. */
function pad(context: LoweringContext, mode: string): string {
  const { builder } = context;
  const pairs = builder.cast(context.input(1), 'int64');
  const turned = builder.emit('Transpose', [pairs], { perm: integers([1, 0]) });
  const amounts = builder.emit('Reshape', [turned, builder.integers([-1])]);
  return emitPad(builder, context.input(0), { amounts, fill: context.inputs[2] ?? '', mode });
}

/** A mirror image that repeats the edge itself, which ONNX `Pad` does not have: each side is a slice taken backwards. */
function symmetric(context: LoweringContext): string {
  const { builder } = context;
  const pairs = context.numbers(1);
  return Array.from({ length: pairs.length / 2 }).reduce<string>((value, _, axis) => {
    const [before = 0, after = 0] = pairs.slice(2 * axis);
    const backwards = (start: number, end: number): string =>
      builder.emit('Slice', [value, ...[start, end, axis, -1].map((number) => builder.integers([number]))]);
    const parts = [
      ...(before > 0 ? [backwards(before - 1, -farEnd)] : []),
      value,
      ...(after > 0 ? [backwards(-1, -1 - after)] : []),
    ];
    return parts.length === 1 ? value : builder.emit('Concat', parts, { axis: integer(axis) });
  }, context.input(0));
}

const mirror: Lowering = (context) => {
  const mode = context.text('mode', '');
  if (mode !== 'REFLECT' && mode !== 'SYMMETRIC') throw context.unsupported(`pads by ${mode}`);
  return [mode === 'REFLECT' ? pad(context, 'reflect') : symmetric(context)];
};

export const pads: Lowerings = {
  Pad: (context) => [pad(context, 'constant')],
  PadV2: (context) => [pad(context, 'constant')],
  MirrorPad: mirror,
};
