/** How each operator commutes with a transpose of its input. */
import { numbersOf } from '../onnx/constants.ts';
import type { GraphBuilder } from '../onnx/graph-builder.ts';
import { normaliseAxis } from '../onnx/movement.ts';
import { integer, integerAttribute, type OnnxNode } from '../onnx/onnx-graph.ts';
import { emitPad } from '../onnx/pad-operator.ts';
import { areEqual, inverse, withoutAxes, type Permutation } from './permutation.ts';
import type { Views } from './transposed-views.ts';

export interface SinkRequest {
  readonly node: OnnxNode;
  readonly inputs: readonly string[];
  readonly builder: GraphBuilder;
  readonly views: Views;
}

/** Returns the new value, or `undefined` when the node must see its input as it is. */
type SinkRule = (request: SinkRequest) => string | undefined;

const unaryOperators = [
  'Abs',
  'Cast',
  'Ceil',
  'Clip',
  'Cos',
  'Elu',
  'Erf',
  'Exp',
  'Floor',
  'HardSigmoid',
  'Identity',
  'LeakyRelu',
  'Log',
  'Neg',
  'Not',
  'Reciprocal',
  'Relu',
  'Round',
  'Selu',
  'Sigmoid',
  'Sign',
  'Sin',
  'Softplus',
  'Softsign',
  'Sqrt',
  'Tanh',
];

const broadcastingOperators = [
  'Add',
  'And',
  'Div',
  'Equal',
  'Greater',
  'GreaterOrEqual',
  'Less',
  'LessOrEqual',
  'Max',
  'Min',
  'Mod',
  'Mul',
  'Or',
  'Pow',
  'Sub',
  'Where',
];

const unary: SinkRule = ({ node, inputs: [first = '', ...rest], builder, views }) => {
  const view = views.of(first);
  if (view === undefined) return undefined;
  return views.transposed(
    builder.emit(node.operator, [view.source, ...rest], node.attributes),
    view.permutation,
  );
};

/** The values as a view of this permutation would see them, or `undefined` when one of them cannot be. */
function aligned(request: SinkRequest, permutation: Permutation): readonly string[] | undefined {
  const { inputs, builder, views } = request;
  const result: string[] = [];
  for (const value of inputs) {
    const view = views.of(value);
    const shape = builder.typeOf(value).shape;
    if (view !== undefined && areEqual(view.permutation, permutation)) result.push(view.source);
    else if (shape?.length === 0) result.push(value);
    else if (shape?.length === permutation.length) result.push(views.transposed(value, inverse(permutation)));
    else if (builder.constantOf(value) !== undefined && shape !== undefined) {
      const ones = permutation.length - shape.length;
      if (ones < 0) return undefined;
      const axes = builder.integers(Array.from({ length: ones }, (_, axis) => axis));
      result.push(views.transposed(builder.emit('Unsqueeze', [value, axes]), inverse(permutation)));
    } else return undefined;
  }
  return result;
}

/** Worth it only when at least half of the computed inputs are such views; the others gain a transpose. */
function commonPermutation({ inputs, builder, views }: SinkRequest): Permutation | undefined {
  const computed = inputs.filter((value) => builder.constantOf(value) === undefined);
  const permutations = computed.flatMap((value) => views.of(value)?.permutation ?? []);
  const first = computed.map((value) => views.of(value)).find((view) => view !== undefined)?.permutation;
  if (first === undefined || permutations.length === 0) return undefined;
  const agreeing = computed.filter((value) => {
    const view = views.of(value);
    return view !== undefined && areEqual(view.permutation, first);
  });
  return agreeing.length * 2 >= computed.length ? first : undefined;
}

const elementWise: SinkRule = (request) => {
  const permutation = commonPermutation(request);
  const values = permutation && aligned(request, permutation);
  if (permutation === undefined || values === undefined) return undefined;
  return request.views.transposed(
    request.builder.emit(request.node.operator, values, request.node.attributes),
    permutation,
  );
};

const concat: SinkRule = (request) => {
  const permutation = commonPermutation(request);
  if (permutation === undefined) return undefined;
  if (request.inputs.some((value) => request.builder.typeOf(value).shape?.length !== permutation.length)) {
    return undefined;
  }
  const values = aligned(request, permutation);
  const axis = normaliseAxis(integerAttribute(request.node.attributes, 'axis', 0), permutation.length);
  return (
    values &&
    request.views.transposed(
      request.builder.emit('Concat', values, { axis: integer(permutation[axis] ?? axis) }),
      permutation,
    )
  );
};

const pad: SinkRule = ({ node, inputs: [first = '', pads = '', fill = ''], builder, views }) => {
  const view = views.of(first);
  const constant = builder.constantOf(pads);
  if (view === undefined || constant === undefined) return undefined;
  const rank = view.permutation.length;
  const amounts = numbersOf(constant);
  const moved = new Array<number>(rank * 2).fill(0);
  for (const [position, axis] of view.permutation.entries()) {
    moved[axis] = amounts[position] ?? 0;
    moved[axis + rank] = amounts[position + rank] ?? 0;
  }
  const mode = node.attributes['mode'];
  const value = emitPad(builder, view.source, {
    amounts: builder.integers(moved),
    fill,
    mode: mode?.kind === 'string' ? mode.value : 'constant',
  });
  return views.transposed(value, view.permutation);
};

function axesOf(
  builder: GraphBuilder,
  value: string | undefined,
  rank: number,
): readonly number[] | undefined {
  const constant = value === undefined ? undefined : builder.constantOf(value);
  return constant && numbersOf(constant).map((axis) => normaliseAxis(axis, rank));
}

const reduce: SinkRule = ({ node, inputs: [first = '', axesValue], builder, views }) => {
  const view = views.of(first);
  if (view === undefined) return undefined;
  const axes = axesOf(builder, axesValue, view.permutation.length);
  if (axes === undefined) return undefined;
  const moved = axes.map((axis) => view.permutation[axis] ?? axis);
  const value = builder.emit(node.operator, [view.source, builder.integers(moved)], node.attributes);
  const keeps = integerAttribute(node.attributes, 'keepdims', 1) === 1;
  return views.transposed(value, keeps ? view.permutation : withoutAxes(view.permutation, new Set(moved)));
};

const squeeze: SinkRule = ({ inputs: [first = '', axesValue], builder, views }) => {
  const view = views.of(first);
  if (view === undefined) return undefined;
  const axes = axesOf(builder, axesValue, view.permutation.length);
  if (axes === undefined) return undefined;
  const moved = axes.map((axis) => view.permutation[axis] ?? axis);
  const value = builder.emit('Squeeze', [view.source, builder.integers(moved)]);
  return views.transposed(value, withoutAxes(view.permutation, new Set(moved)));
};

/** New leading axes stay in front of the source, all others go behind it. */
const unsqueeze: SinkRule = ({ inputs: [first = '', axesValue], builder, views }) => {
  const view = views.of(first);
  if (view === undefined) return undefined;
  const constant = axesValue === undefined ? undefined : builder.constantOf(axesValue);
  if (constant === undefined) return undefined;
  const rank = view.permutation.length + constant.elements.length;
  const added = numbersOf(constant)
    .map((axis) => normaliseAxis(axis, rank))
    .sort((left, right) => left - right);
  const leading = added.filter((axis, position) => axis === position).length;
  const trailingAxes = added
    .slice(leading)
    .map((_, position) => leading + view.permutation.length + position);
  const sourceAxes = [...Array.from({ length: leading }, (_, axis) => axis), ...trailingAxes];
  const value = builder.emit('Unsqueeze', [view.source, builder.integers(sourceAxes)]);
  const newAxes = sourceAxes.values();
  const oldAxes = view.permutation.map((axis) => axis + leading).values();
  const permutation = Array.from({ length: rank }, (_, axis) =>
    added.includes(axis) ? (newAxes.next().value ?? axis) : (oldAxes.next().value ?? axis),
  );
  return views.transposed(value, permutation);
};

const slice: SinkRule = ({
  inputs: [first = '', starts = '', ends = '', axesValue, ...steps],
  builder,
  views,
}) => {
  const view = views.of(first);
  if (view === undefined) return undefined;
  const axes = axesOf(builder, axesValue, view.permutation.length);
  if (axes === undefined) return undefined;
  const moved = builder.integers(axes.map((axis) => view.permutation[axis] ?? axis));
  const value = builder.emit('Slice', [view.source, starts, ends, moved, ...steps]);
  return views.transposed(value, view.permutation);
};

const shape: SinkRule = ({ inputs: [first = ''], builder, views }) => {
  const view = views.of(first);
  if (view === undefined) return undefined;
  const sizes = builder.emit('Shape', [view.source]);
  return builder.emit('Gather', [sizes, builder.integers(view.permutation)], { axis: integer(0) });
};

/** Binary and choosing operators broadcast; every other rule is named for its operator. */
export const sinkRules: ReadonlyMap<string, SinkRule> = new Map<string, SinkRule>([
  ...unaryOperators.map((operator) => [operator, unary] as const),
  ...broadcastingOperators.map((operator) => [operator, elementWise] as const),
  ...['ReduceMean', 'ReduceSum', 'ReduceMax', 'ReduceMin', 'ReduceProd'].map(
    (operator) => [operator, reduce] as const,
  ),
  ['Concat', concat],
  ['Pad', pad],
  ['Squeeze', squeeze],
  ['Unsqueeze', unsqueeze],
  ['Slice', slice],
  ['Shape', shape],
]);
