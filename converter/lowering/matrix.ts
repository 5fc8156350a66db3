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

const reduction =
  (operator: string): Lowering =>
  (context) => {
    const axes = context.builder.cast(context.input(1), 'int64');
    const vector =
      context.rank(1) === 0 ? context.builder.emit('Reshape', [axes, context.builder.integers([1])]) : axes;
    return [
      context.builder.emit(operator, [context.input(0), vector], {
        keepdims: integer(Number(context.flag('keep_dims', false))),
      }),
    ];
  };

const argument =
  (operator: string): Lowering =>
  (context) => {
    const [axis = 0] = context.numbers(1);
    const index = context.builder.emit(operator, [context.input(0)], {
      axis: integer(axis < 0 ? axis + context.rank(0) : axis),
      keepdims: integer(0),
    });
    return [context.builder.cast(index, context.datatype('output_type', 'int64'))];
  };

export const matrices: Lowerings = {
  MatMul: product('transpose_a', 'transpose_b'),
  BatchMatMulV2: product('adj_x', 'adj_y'),
  Softmax: ({ builder, inputs }) => [builder.emit('Softmax', inputs, { axis: integer(-1) })],
  LogSoftmax: ({ builder, inputs }) => [builder.emit('LogSoftmax', inputs, { axis: integer(-1) })],
  ArgMax: argument('ArgMax'),
  ArgMin: argument('ArgMin'),
  Mean: reduction('ReduceMean'),
  Sum: reduction('ReduceSum'),
  Max: reduction('ReduceMax'),
  Min: reduction('ReduceMin'),
  Prod: reduction('ReduceProd'),
};
