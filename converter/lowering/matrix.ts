/** Matrix products, softmax, arg-max and reductions. */
import { integer, integers } from '../onnx/onnx-graph.ts';
import type { Lowering, LoweringContext, Lowerings } from './lowering.ts';

function transposedLast(context: LoweringContext, index: number, flag: string): string {
  if (!context.flag(flag, false)) return context.input(index);
  const rank = context.rank(index);
  const permutation = Array.from({ length: rank }, (_, axis) =>
    axis < rank - 2 ? axis : 2 * rank - 3 - axis,
  );
  return context.builder.emit('Transpose', [context.input(index)], { perm: integers(permutation) });
}

const product =
  (left: string, right: string): Lowering =>
  (context) => [
    context.builder.emit('MatMul', [transposedLast(context, 0, left), transposedLast(context, 1, right)]),
  ];

/** The axes as an int64 vector, and whether there is none, which ONNX would take for all. */
function reducedAxes(context: LoweringContext): string | undefined {
  const { builder } = context;
  const axes = builder.cast(context.input(1), 'int64');
  if (context.rank(1) === 0) return builder.emit('Reshape', [axes, builder.integers([1])]);
  return builder.typeOf(axes).shape?.[0] === 0 ? undefined : axes;
}

function reduced(context: LoweringContext, operator: string, value: string): string {
  const axes = reducedAxes(context);
  if (axes === undefined) return value;
  const keepdims = integer(Number(context.flag('keep_dims', false)));
  return context.builder.emit(operator, [value, axes], { keepdims });
}

const reduction =
  (operator: string): Lowering =>
  (context) => [reduced(context, operator, context.input(0))];

/** All is the least of truth values and Any the greatest. */
const truthReduction =
  (operator: string): Lowering =>
  (context) => {
    const { builder } = context;
    return [builder.cast(reduced(context, operator, builder.cast(context.input(0), 'int32')), 'bool')];
  };

const argument =
  (operator: string): Lowering =>
  (context) => {
    const { builder } = context;
    const [axis = 0] = context.numbers(1);
    // ONNX Runtime finds no extremes among 64-bit integers.
    const value =
      builder.typeOf(context.input(0)).datatype === 'int64'
        ? builder.cast(context.input(0), 'float64')
        : context.input(0);
    const index = builder.emit(operator, [value], {
      axis: integer(axis < 0 ? axis + context.rank(0) : axis),
      keepdims: integer(0),
    });
    return [builder.cast(index, context.datatype('output_type', 'int64'))];
  };

const best: Lowering = (context) => {
  const { builder } = context;
  const type = builder.typeOf(context.input(0));
  const count = builder.emit('Reshape', [builder.cast(context.input(1), 'int64'), builder.integers([1])]);
  const shape = type.shape?.with(-1, builder.elementsOf(count)?.[0] ?? null);
  const [values = '', indices = ''] = builder.emitTyped(
    'TopK',
    [context.input(0), count],
    { axis: integer(-1), largest: integer(1), sorted: integer(1) },
    [
      { datatype: type.datatype, shape },
      { datatype: 'int64', shape },
    ],
  );
  return [values, builder.cast(indices, context.datatype('index_type', 'int32'))];
};

export const matrices: Lowerings = {
  MatMul: product('transpose_a', 'transpose_b'),
  BatchMatMul: product('adj_x', 'adj_y'),
  BatchMatMulV2: product('adj_x', 'adj_y'),
  BatchMatMulV3: product('adj_x', 'adj_y'),
  Softmax: ({ builder, inputs }) => [builder.emit('Softmax', inputs, { axis: integer(-1) })],
  LogSoftmax: ({ builder, inputs }) => [builder.emit('LogSoftmax', inputs, { axis: integer(-1) })],
  ArgMax: argument('ArgMax'),
  ArgMin: argument('ArgMin'),
  TopKV2: best,
  Mean: reduction('ReduceMean'),
  Sum: reduction('ReduceSum'),
  Max: reduction('ReduceMax'),
  Min: reduction('ReduceMin'),
  Prod: reduction('ReduceProd'),
  All: truthReduction('ReduceMin'),
  Any: truthReduction('ReduceMax'),
};
