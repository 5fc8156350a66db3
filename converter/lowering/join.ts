/** Joining tensors and taking them apart: stack, concatenate, split, gather. */
import { elementCount } from '../../gateway/domain/tensor.ts';
import { constantOf } from '../onnx/constants.ts';
import { integer } from '../onnx/onnx-graph.ts';
import type { Lowering, LoweringContext, Lowerings } from './lowering.ts';

const stack: Lowering = (context) => {
  const { builder } = context;
  const axis = context.integer('axis', 0);
  const axes = builder.integers([axis]);
  const parts = context.inputs.map((value) => builder.emit('Unsqueeze', [value, axes]));
  return [parts.length === 1 ? (parts[0] ?? '') : builder.emit('Concat', parts, { axis: integer(axis) })];
};

const unstack: Lowering = (context) => {
  const { builder } = context;
  const axis = integer(context.axis(context.integer('axis', 0), context.rank(0)));
  return Array.from({ length: context.integer('num', 0) }, (_, index) =>
    builder.emit('Gather', [context.input(0), builder.constant(constantOf('int64', [], [index]))], { axis }),
  );
};

/** Splits into the given sizes by one slice each, which the passes can follow. */
function splitInto(
  context: LoweringContext,
  value: string,
  sizes: readonly number[],
  axis: number,
): string[] {
  const { builder } = context;
  let start = 0;
  return sizes.map((size) => {
    const part = builder.emit('Slice', [
      value,
      builder.integers([start]),
      builder.integers([start + size]),
      builder.integers([axis]),
    ]);
    start += size;
    return part;
  });
}

const split: Lowering = (context) => {
  const count = context.integer('num_split', 1);
  const [rawAxis = 0] = context.numbers(0);
  const axis = context.axis(rawAxis, context.rank(1));
  const size = context.builder.typeOf(context.input(1)).shape?.[axis];
  if (typeof size !== 'number') throw context.unsupported('splits an axis of unknown size');
  if (size % count !== 0) throw context.unsupported(`splits ${size} into ${count} parts`);
  return splitInto(context, context.input(1), new Array<number>(count).fill(size / count), axis);
};

const splitSizes: Lowering = (context) => {
  const sizes = context.numbers(1);
  const [rawAxis = 0] = context.numbers(2);
  const axis = context.axis(rawAxis, context.rank(0));
  const whole = context.builder.typeOf(context.input(0)).shape?.[axis];
  const known = sizes.filter((size) => size >= 0).reduce((sum, size) => sum + size, 0);
  if (sizes.includes(-1) && typeof whole !== 'number')
    throw context.unsupported('splits an axis of unknown size');
  return splitInto(
    context,
    context.input(0),
    sizes.map((size) => (size < 0 ? (whole ?? 0) - known : size)),
    axis,
  );
};

/** Leaves out what holds nothing: the run time gains nothing from an empty part. */
function concatenate(context: LoweringContext, axisInput: number, parts: readonly string[]): string {
  const { builder } = context;
  const [axis = 0] = context.numbers(axisInput);
  const filled = parts.filter((part) => {
    const constant = builder.constantOf(part);
    return constant === undefined || elementCount(constant.shape) > 0;
  });
  const [only = parts[0] ?? ''] = filled;
  return filled.length < 2 ? only : builder.emit('Concat', filled, { axis: integer(axis) });
}

const gather = (context: LoweringContext, axis: number): readonly string[] => {
  if (context.integer('batch_dims', 0) !== 0) throw context.unsupported('gathers row by row');
  return [
    context.builder.emit('Gather', [context.input(0), context.input(1)], {
      axis: integer(context.axis(axis, context.rank(0))),
    }),
  ];
};

export const joins: Lowerings = {
  Pack: stack,
  Unpack: unstack,
  Split: split,
  SplitV: splitSizes,
  ConcatV2: (context) => [concatenate(context, context.inputs.length - 1, context.inputs.slice(0, -1))],
  Concat: (context) => [concatenate(context, 0, context.inputs.slice(1))],
  Gather: (context) => gather(context, 0),
  GatherV2: (context) => gather(context, context.numbers(2)[0] ?? 0),
};
