/** The shape of an operator's first output, by operator, as far as its inputs and attributes tell. */
import { broadcast } from './broadcast.ts';
import { normaliseAxis, squeezed, unsqueezed } from './movement.ts';
import { integerAttribute, integersAttribute, type OnnxAttributes, type ValueType } from './onnx-graph.ts';
import { slicedSize } from './sliced-size.ts';
import { convolved, pooled } from './spatial-shape.ts';

type PartialSizes = readonly (number | null)[];

export interface InferenceInput {
  readonly operator: string;
  readonly attributes: OnnxAttributes;
  readonly types: readonly (ValueType | undefined)[];
  /** Known values of small integer inputs, `null` where an element is unknown. */
  readonly values: readonly (PartialSizes | undefined)[];
}

type Rule = (input: InferenceInput, first: PartialSizes) => PartialSizes | undefined;

const known = (sizes: PartialSizes | undefined): number[] | undefined => {
  const complete = sizes?.filter((size) => size !== null);
  return complete?.length === sizes?.length ? complete : undefined;
};

const product = (sizes: PartialSizes | undefined): number | undefined =>
  sizes && known(sizes)?.reduce((total, size) => total * size, 1);

const reduce: Rule = ({ attributes, values: [, axes], types }, shape) => {
  const isEverything = types[1] === undefined;
  const list = isEverything ? shape.map((_, axis) => axis) : known(axes);
  if (list === undefined) return undefined;
  const reduced = new Set(list.map((axis) => normaliseAxis(axis, shape.length)));
  return integerAttribute(attributes, 'keepdims', 1) === 1
    ? shape.map((size, axis) => (reduced.has(axis) ? 1 : size))
    : shape.filter((_, axis) => !reduced.has(axis));
};

const argument: Rule = ({ attributes }, shape) => {
  const axis = normaliseAxis(integerAttribute(attributes, 'axis', 0), shape.length);
  return integerAttribute(attributes, 'keepdims', 1) === 1
    ? shape.map((size, at) => (at === axis ? 1 : size))
    : shape.filter((_, at) => at !== axis);
};

/** Matrices in the last two axes, the axes before them broadcast; a vector on the right drops the last axis. */
const matrixProduct: Rule = ({ types: [, right] }, shape) => {
  const other = right?.shape;
  if (other === undefined || shape.length < 2 || other.length < 2) return undefined;
  const leading = broadcast<number | null>(shape.slice(0, -2), other.slice(0, -2));
  return [...leading, shape.at(-2) ?? null, other.at(-1) ?? null];
};

/** ONNX `Reshape`: the rank is as long as the target, whatever is reshaped. */
export function reshaped({ types, values: [, target] }: InferenceInput): PartialSizes | undefined {
  const shape = types[0]?.shape;
  const rank = types[1]?.shape?.[0];
  if (target === undefined) return typeof rank === 'number' ? new Array<null>(rank).fill(null) : undefined;
  const copied = target.map((size, axis) => (size === 0 ? (shape?.[axis] ?? null) : size));
  const total = product(shape);
  const rest = product(copied.filter((size) => size !== -1));
  return copied.map((size) =>
    size !== -1
      ? size
      : total !== undefined && rest !== undefined && rest > 0 && total % rest === 0
        ? total / rest
        : null,
  );
}

const concat: Rule = ({ attributes, types }, shape) => {
  const axis = normaliseAxis(integerAttribute(attributes, 'axis', 0), shape.length);
  const total =
    known(types.map((type) => type?.shape?.[axis] ?? null))?.reduce((sum, size) => sum + size, 0) ?? null;
  return shape.map((size, at) => {
    if (at === axis) return total;
    return size ?? types.map((type) => type?.shape?.[at] ?? null).find((other) => other !== null) ?? null;
  });
};

const slice: Rule = ({ values: [, starts, ends, axes, steps], types }, shape) => {
  const list = types[3] === undefined ? shape.map((_, axis) => axis) : known(axes);
  if (list === undefined) return shape.map(() => null);
  const result = [...shape];
  for (const [position, rawAxis] of list.entries()) {
    const axis = normaliseAxis(rawAxis, shape.length);
    const [size, start, end] = [shape[axis] ?? null, starts?.[position], ends?.[position]];
    const step = types[4] === undefined ? 1 : (steps?.[position] ?? null);
    result[axis] =
      size === null || typeof start !== 'number' || typeof end !== 'number' || step === null
        ? null
        : slicedSize({ size, start, end, step }).count;
  }
  return result;
};

const pad: Rule = ({ values: [, pads] }, shape) =>
  shape.map((size, axis) => {
    const before = pads?.[axis];
    const after = pads?.[axis + shape.length];
    return size === null || typeof before !== 'number' || typeof after !== 'number'
      ? null
      : size + before + after;
  });

const times =
  (factor: (axis: number, block: number) => number): Rule =>
  ({ attributes }, shape) => {
    const block = integerAttribute(attributes, 'blocksize', 1);
    return shape.map((size, axis) => (size === null ? null : size * factor(axis, block)));
  };

const spatialFactor = (power: number) => (axis: number, block: number) =>
  axis === 0 ? 1 : axis === 1 ? block ** (-2 * power) : block ** power;

export const shapeRules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['Conv', (input, shape) => convolved(shape, input.types[1]?.shape, input.attributes)],
  ['MaxPool', (input, shape) => pooled(shape, input.attributes)],
  ['AveragePool', (input, shape) => pooled(shape, input.attributes)],
  ['GlobalAveragePool', (_, shape) => shape.map((size, axis) => (axis < 2 ? size : 1))],
  ['MatMul', matrixProduct],
  ...['ReduceMean', 'ReduceSum', 'ReduceMax', 'ReduceMin', 'ReduceProd'].map(
    (operator) => [operator, reduce] as const,
  ),
  ['ArgMax', argument],
  ['ArgMin', argument],
  [
    'Transpose',
    ({ attributes }, shape) => integersAttribute(attributes, 'perm')?.map((axis) => shape[axis] ?? null),
  ],
  [
    'Squeeze',
    ({ values: [, axes], types }, shape) => {
      const list = types[1] === undefined ? undefined : known(axes);
      if (list !== undefined) return squeezed(shape, list);
      return types[1] === undefined && known(shape) !== undefined ? squeezed(shape, undefined) : undefined;
    },
  ],
  [
    'Unsqueeze',
    ({ values: [, axes] }, shape) => {
      const list = known(axes);
      return list && unsqueezed(shape, list, 1);
    },
  ],
  ['Concat', concat],
  ['Slice', slice],
  [
    'Gather',
    ({ attributes, types: [, indices] }, shape) => {
      const axis = normaliseAxis(integerAttribute(attributes, 'axis', 0), shape.length);
      return indices?.shape && [...shape.slice(0, axis), ...indices.shape, ...shape.slice(axis + 1)];
    },
  ],
  ['Shape', (_, shape) => [shape.length]],
  ['Size', () => []],
  ['Pad', pad],
  [
    'Resize',
    ({ values: [, , , sizes] }, shape) => sizes ?? shape.map((size, axis) => (axis < 2 ? size : null)),
  ],
  ['Expand', ({ values: [, target] }, shape) => target && broadcast<number | null>(shape, target)],
  [
    'Tile',
    ({ values: [, repeats] }, shape) =>
      shape.map((size, axis) => {
        const repeat = repeats?.[axis];
        return size === null || typeof repeat !== 'number' ? null : size * repeat;
      }),
  ],
  ['DepthToSpace', times(spatialFactor(1))],
  ['SpaceToDepth', times(spatialFactor(-1))],
  [
    'Where',
    ({ types: [, left, right] }, shape) =>
      left?.shape &&
      right?.shape &&
      broadcast<number | null>(shape, broadcast<number | null>(left.shape, right.shape)),
  ],
]);
