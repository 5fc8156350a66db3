/** Makes random small networks as the lowering emits them: pictures channels-last, with transposes around channels-first operators. */
import { constantOf } from '../../../../converter/onnx/constants.ts';
import { float, integer, integers, type OnnxGraph } from '../../../../converter/onnx/onnx-graph.ts';
import { emitPad } from '../../../../converter/onnx/pad-operator.ts';
import { elementCount } from '../../../../gateway/domain/tensor.ts';
import { GraphMaker, type RandomGraphOptions } from './graph-maker.ts';

type Step = (maker: GraphMaker, value: string) => string | undefined;

const unary: Step = (maker, value) => {
  const { builder } = maker;
  const operator = maker.pick(['Relu', 'Sigmoid', 'Neg', 'Abs', 'Tanh', 'LeakyRelu', 'Clip']);
  const scalar = (number: number) => builder.constant(constantOf('float32', [], [number]));
  if (operator === 'Clip') return builder.emit('Clip', [value, scalar(-0.5), scalar(0.75)]);
  return builder.emit(operator, [value], operator === 'LeakyRelu' ? { alpha: float(0.3) } : {});
};

const withConstant: Step = (maker, value) => {
  const [height, width, channels] = [maker.size(value, -3), maker.size(value, -2), maker.size(value, -1)];
  const shape = maker.pick([[], [1], [channels], [1, 1, 1, channels], [width, channels], [height, 1, 1]]);
  if (maker.shape(value).length < Math.max(shape.length, 1)) return undefined;
  const constant = maker.constant(shape, 0.5, 1.5);
  const inputs = maker.random() < 0.7 ? [value, constant] : [constant, value];
  return maker.builder.emit(maker.pick(['Add', 'Sub', 'Mul', 'Div', 'Max', 'Min']), guarded(maker, inputs));
};

/** Never divides by something near zero: the comparison would be one of rounding errors. */
function guarded(maker: GraphMaker, inputs: readonly string[]): readonly string[] {
  const [left = '', right = ''] = inputs;
  const { builder } = maker;
  if (builder.constantOf(right) !== undefined) return inputs;
  const raised = builder.emit('Add', [builder.emit('Abs', [right]), maker.constant([], 1, 2)]);
  return [left, raised];
}

const pair: Step = (maker, value) => {
  const other = maker.partner(value);
  if (other === undefined) return undefined;
  return maker.builder.emit(maker.pick(['Add', 'Sub', 'Mul', 'Max']), [value, other]);
};

const choose: Step = (maker, value) => {
  const other = maker.partner(value);
  if (other === undefined) return undefined;
  const condition = maker.builder.emit('Greater', [value, maker.constant([], -0.2, 0.2)]);
  return maker.builder.emit('Where', [condition, value, other]);
};

const convolve: Step = (maker, value) => {
  if (maker.shape(value).length !== 4) return undefined;
  const channels = maker.size(value, -1);
  const [filters, kernel] = [maker.pick([2, 3]), maker.pick([1, 3])];
  const weights = maker.constant([filters, channels, kernel, kernel]);
  const around = (kernel - 1) / 2;
  const answer = maker.channelsFirst(value, (turned) =>
    maker.builder.emit('Conv', [turned, weights], {
      kernel_shape: integers([kernel, kernel]),
      pads: integers([around, around, around, around]),
    }),
  );
  return maker.random() < 0.5 ? answer : normalise(maker, answer);
};

const normalise: Step = (maker, value) => {
  if (maker.shape(value).length !== 4) return undefined;
  const parameters = [0, 1, 2, 3].map(() => maker.constant([maker.size(value, -1)], 0.5, 2));
  return maker.channelsFirst(value, (turned) =>
    maker.builder.emit('BatchNormalization', [turned, ...parameters], { epsilon: float(1e-3) }),
  );
};

const pool: Step = (maker, value) => {
  if (maker.shape(value).length !== 4 || maker.size(value, 1) < 2 || maker.size(value, 2) < 2)
    return undefined;
  return maker.channelsFirst(value, (turned) =>
    maker.builder.emit(maker.pick(['MaxPool', 'AveragePool']), [turned], {
      kernel_shape: integers([2, 2]),
      pads: integers([0, 0, 1, 1]),
    }),
  );
};

const pad: Step = (maker, value) => {
  const rank = maker.shape(value).length;
  if (rank !== 4 || maker.size(value, 1) > 8) return undefined;
  const mode =
    maker.size(value, 1) > 2 && maker.size(value, 2) > 2 ? maker.pick(['constant', 'reflect']) : 'constant';
  const amounts = maker.builder.integers([0, maker.upTo(2), maker.upTo(3), 0, 0, 1, maker.upTo(2), 0]);
  const fill = mode === 'constant' && maker.random() < 0.3 ? maker.constant([]) : '';
  return emitPad(maker.builder, value, { amounts, fill, mode });
};

const reduce: Step = (maker, value) => {
  const rank = maker.shape(value).length;
  if (rank < 3) return undefined;
  const axes = maker.pick(rank === 4 ? [[1, 2], [3], [-3, -2], [2]] : [[1], [2]]);
  return maker.builder.emit(
    maker.pick(['ReduceMean', 'ReduceMax', 'ReduceSum']),
    [value, maker.builder.integers(axes)],
    { keepdims: integer(maker.upTo(2)) },
  );
};

const slice: Step = (maker, value) => {
  const rank = maker.shape(value).length;
  if (rank < 2) return undefined;
  const axis = 1 + maker.upTo(rank - 1);
  const size = maker.size(value, axis);
  if (size < 3) return undefined;
  const [start, end, step] = maker.pick([
    [0, -1, 1],
    [1, 99, 1],
    [-1, -99, -1],
  ]);
  return maker.builder.emit('Slice', [
    value,
    ...[start, end, axis, step].map((number) => maker.builder.integers([number])),
  ]);
};

const squeeze: Step = (maker, value) => {
  const shape = maker.shape(value);
  const ones = shape.flatMap((size, axis) => (size === 1 && axis > 0 ? [axis] : []));
  return ones.length === 0 || shape.length < 3
    ? undefined
    : maker.builder.emit('Squeeze', [value, maker.builder.integers(ones.slice(maker.upTo(ones.length)))]);
};

const unsqueeze: Step = (maker, value) => {
  const rank = maker.shape(value).length;
  if (rank > 3) return undefined;
  const axes =
    rank === 2
      ? maker.pick([
          [1, 2],
          [1, 3],
          [-1, 1],
        ])
      : [1 + maker.upTo(rank)];
  return maker.builder.emit('Unsqueeze', [value, maker.builder.integers(axes)]);
};

const concat: Step = (maker, value) => {
  const shape = maker.shape(value);
  if (shape.length < 2 || maker.size(value, -1) > 8) return undefined;
  const same = maker.values.filter(
    (other) => maker.shape(other).join() === shape.join() && maker.shape(other).length === shape.length,
  );
  const other = same.length === 0 ? value : maker.pick(same);
  return maker.builder.emit('Concat', [value, other], { axis: integer(maker.pick([-1, shape.length - 1])) });
};

const turn: Step = (maker, value) =>
  maker.shape(value).length !== 4
    ? undefined
    : maker.builder.emit('Transpose', [value], {
        perm: integers(
          maker.pick([
            [0, 2, 1, 3],
            [0, 3, 2, 1],
          ]),
        ),
      });

/** [N, all the rest], with the batch read off the value's own shape. */
const flatten: Step = (maker, value) => {
  if (maker.random() < 0.6 || maker.shape(value)[0] !== null) return undefined;
  const { builder } = maker;
  const sizes = builder.emit('Shape', [value]);
  const batch = builder.emit('Slice', [
    sizes,
    builder.integers([0]),
    builder.integers([1]),
    builder.integers([0]),
  ]);
  const target = builder.emit('Concat', [batch, builder.integers([-1])], { axis: integer(0) });
  const flat = builder.emit('Reshape', [value, target]);
  builder.refine(flat, [
    null,
    elementCount(
      maker
        .shape(value)
        .slice(1)
        .map((size) => size ?? 1),
    ),
  ]);
  return flat;
};

const softmax: Step = (maker, value) => maker.builder.emit('Softmax', [value], { axis: integer(-1) });

const steps: readonly Step[] = [
  unary,
  withConstant,
  withConstant,
  pair,
  pair,
  choose,
  convolve,
  convolve,
  normalise,
  pool,
  pad,
  reduce,
  slice,
  squeeze,
  unsqueeze,
  concat,
  turn,
  flatten,
  softmax,
];

/** A graph with three outputs (fewer when the same value is drawn again). */
export function randomGraph(options: RandomGraphOptions): OnnxGraph {
  const maker = new GraphMaker(options);
  while (maker.values.length < options.steps) {
    const value = maker.pick(maker.values.slice(-4));
    const next = maker.pick(steps)(maker, value);
    if (next !== undefined) maker.values.push(next);
  }
  const outputs = new Set([maker.values.at(-1) ?? '', maker.pick(maker.values), maker.pick(maker.values)]);
  return maker.builder.finish([...outputs].map((value, index) => ({ name: `output${index}`, value })));
}
