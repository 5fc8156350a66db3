/** Tensors made of one repeated value or of counted numbers. */
import { constantOf } from '../onnx/constants.ts';
import type { Lowering, LoweringContext, Lowerings } from './lowering.ts';

/** A value in the shape and datatype of the first input. */
export function zerosLike(context: LoweringContext, value: number): string {
  const { builder } = context;
  const scalar = builder.constant(constantOf(context.numericType(0), [], [value]));
  return builder.emit('Expand', [scalar, builder.emit('Shape', [context.input(0)])]);
}

const expand =
  (value: number, shape: number): Lowering =>
  (context) => [
    context.builder.emit('Expand', [
      context.input(value),
      context.builder.cast(context.input(shape), 'int64'),
    ]),
  ];

/** A longer range is a tensor of data, which the run time counts out. */
const longestConstantRange = 65_536;

const range: Lowering = (context) => {
  const { builder } = context;
  const [start, limit, step] = [0, 1, 2].map((index) => {
    const constant = builder.constantOf(context.input(index));
    return constant === undefined ? NaN : Number(constant.elements[0]);
  });
  if (start === undefined || limit === undefined || step === undefined || step === 0) {
    throw context.unsupported('counts in steps of nothing');
  }
  const count = Math.max(0, Math.ceil((limit - start) / step));
  if (!(count <= longestConstantRange)) return [builder.emit('Range', context.inputs)];
  const values = Array.from({ length: count }, (_, index) => start + index * step);
  return [builder.constant(constantOf(context.numericType(0), [count], values))];
};

/** Compares each index with all classes, because the run time's own OneHot knows few datatypes. */
const oneHot: Lowering = (context) => {
  const { builder } = context;
  const rank = context.rank(0) + 1;
  const axis = context.axis(context.integer('axis', -1), rank);
  const [depth = 0] = context.numbers(1);
  if (depth > longestConstantRange) throw context.unsupported(`tells ${depth} classes apart`);
  const behind = new Array<number>(rank - 1 - axis).fill(1);
  const numbers = Array.from({ length: depth }, (_, index) => index);
  const classes = builder.constant(constantOf('int64', [depth, ...behind], numbers));
  const indices = builder.emit('Unsqueeze', [
    builder.cast(context.input(0), 'int64'),
    builder.integers([axis]),
  ]);
  return [
    builder.emit('Where', [builder.emit('Equal', [indices, classes]), context.input(2), context.input(3)]),
  ];
};

export const fills: Lowerings = {
  Fill: expand(1, 0),
  BroadcastTo: expand(0, 1),
  Range: range,
  OneHot: oneHot,
  Tile: (context) => [
    context.builder.emit('Tile', [context.input(0), context.builder.cast(context.input(1), 'int64')]),
  ],
};
