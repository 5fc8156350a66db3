/** Shapes: reshape, slice, stack, split, pad and the arithmetic around them. */
import { elementCount } from '../../gateway/domain/tensor.ts';
import { integer, text } from '../onnx/onnx-graph.ts';
import type { Lowering, LoweringContext, Lowerings } from './lowering.ts';
import { stridedSlice } from './strided-slice.ts';

/** "To the end" in ONNX `Slice`, which clamps. */
const farEnd = 2 ** 40;

const slice: Lowering = (context) => {
  const { builder } = context;
  const sizes = context.numbers(2);
  const begin = builder.cast(context.input(1), 'int64');
  const reach = builder.integers(sizes.map((size) => (size === -1 ? farEnd : size)));
  const value = builder.emit('Slice', [
    context.input(0),
    begin,
    builder.emit('Add', [begin, reach]),
    builder.integers(sizes.map((_, axis) => axis)),
  ]);
  // The sizes are known even where the beginning is not.
  const source = builder.typeOf(context.input(0)).shape;
  const starts = builder.constantOf(begin) === undefined ? undefined : context.numbers(1);
  builder.refine(
    value,
    sizes.map((size, axis) => {
      const whole = source?.[axis] ?? null;
      return size !== -1 ? size : starts?.[axis] === 0 ? whole : null;
    }),
  );
  return [value];
};

const stack: Lowering = (context) => {
  const { builder } = context;
  const axis = context.integer('axis', 0);
  const axes = builder.integers([axis]);
  const parts = context.inputs.map((value) => builder.emit('Unsqueeze', [value, axes]));
  return [parts.length === 1 ? (parts[0] ?? '') : builder.emit('Concat', parts, { axis: integer(axis) })];
};

const unstack: Lowering = (context) => {
  const axis = context.integer('axis', 0);
  return Array.from({ length: context.integer('num', 0) }, (_, index) =>
    context.builder.emit('Gather', [context.input(0), context.builder.constant(scalarIndex(index))], {
      axis: integer(axis),
    }),
  );
};

const scalarIndex = (index: number) =>
  ({ datatype: 'int64', shape: [], elements: BigInt64Array.of(BigInt(index)) }) as const;

/** Splits into equal or given sizes by one slice each, which the passes can follow. */
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
  const axis = rawAxis < 0 ? rawAxis + context.rank(1) : rawAxis;
  const size = context.builder.typeOf(context.input(1)).shape?.[axis];
  if (typeof size !== 'number') throw context.unsupported('splits an axis of unknown size');
  return splitInto(context, context.input(1), new Array<number>(count).fill(size / count), axis);
};

const splitSizes: Lowering = (context) => {
  const sizes = context.numbers(1);
  const [rawAxis = 0] = context.numbers(2);
  const axis = rawAxis < 0 ? rawAxis + context.rank(0) : rawAxis;
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

/** TensorFlow pads as [[before, after]…], ONNX as [before…, after…]. */
const pad =
  (mode: (context: LoweringContext) => string): Lowering =>
  (context) => {
    const { builder } = context;
    const pairs = context.numbers(1);
    const before = pairs.filter((_, index) => index % 2 === 0);
    const after = pairs.filter((_, index) => index % 2 === 1);
    const value = context.inputs[2] === undefined ? [] : [context.inputs[2]];
    return [
      builder.emit('Pad', [context.input(0), builder.integers([...before, ...after]), ...value], {
        mode: text(mode(context)),
      }),
    ];
  };

const concatenate = (context: LoweringContext, axisInput: number, parts: readonly string[]): string => {
  const [axis = 0] = context.numbers(axisInput);
  const filled = parts.filter((part) => {
    const constant = context.builder.constantOf(part);
    return constant === undefined || elementCount(constant.shape) > 0;
  });
  const [only] = filled;
  if (filled.length === 1 && only !== undefined) return only;
  return context.builder.emit('Concat', filled, { axis: integer(axis) });
};

const shapeOf: Lowering = (context) => [
  context.builder.cast(
    context.builder.emit('Shape', [context.input(0)]),
    context.datatype('out_type', 'int32'),
  ),
];

export const shapes: Lowerings = {
  Shape: shapeOf,
  Reshape: (context) => [
    context.builder.emit('Reshape', [context.input(0), context.builder.cast(context.input(1), 'int64')]),
  ],
  Squeeze: (context) => {
    const axes = context.integers('squeeze_dims');
    return [
      context.builder.emit('Squeeze', [
        context.input(0),
        ...(axes.length > 0 ? [context.builder.integers(axes)] : []),
      ]),
    ];
  },
  ExpandDims: (context) => [
    context.builder.emit('Unsqueeze', [context.input(0), context.builder.integers(context.numbers(1))]),
  ],
  Pack: stack,
  Unpack: unstack,
  Slice: slice,
  StridedSlice: stridedSlice,
  Split: split,
  SplitV: splitSizes,
  ConcatV2: (context) => [concatenate(context, context.inputs.length - 1, context.inputs.slice(0, -1))],
  Pad: pad(() => 'constant'),
  PadV2: pad(() => 'constant'),
  MirrorPad: pad((context) => (context.text('mode', 'REFLECT') === 'REFLECT' ? 'reflect' : 'symmetric')),
  GatherV2: (context) => {
    const [axis = 0] = context.numbers(2);
    return [context.builder.emit('Gather', [context.input(0), context.input(1)], { axis: integer(axis) })];
  },
  Fill: (context) => [
    context.builder.emit('Expand', [context.input(1), context.builder.cast(context.input(0), 'int64')]),
  ],
  BroadcastTo: (context) => [
    context.builder.emit('Expand', [context.input(0), context.builder.cast(context.input(1), 'int64')]),
  ],
  Tile: (context) => [
    context.builder.emit('Tile', [context.input(0), context.builder.cast(context.input(1), 'int64')]),
  ],
};
