/** The datatype and shape of an operator's output, as far as its inputs and attributes tell. */
import type { Datatype } from '../../gateway/domain/tensor.ts';
import { broadcast, isBinary, isComparison } from './arithmetic.ts';
import { normaliseAxis, squeezed, unsqueezed } from './movement.ts';
import {
  integerAttribute,
  integersAttribute,
  type OnnxAttribute,
  type OnnxAttributes,
  type ValueType,
} from './onnx-graph.ts';
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

/** ONNX datatype numbers that `Cast` and friends use (onnx.proto, TensorProto.DataType). */
export const onnxDatatypes: Readonly<Record<Datatype, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  float64: 11,
};

const datatypeByNumber = new Map<number, Datatype>(
  (Object.keys(onnxDatatypes) as Datatype[]).map((name) => [onnxDatatypes[name], name]),
);

const known = (sizes: PartialSizes | undefined): number[] | undefined => {
  const complete = sizes?.filter((size) => size !== null);
  return complete?.length === sizes?.length ? complete : undefined;
};

const reduce: Rule = ({ attributes, values: [, axes] }, shape) => {
  const list = axes === undefined ? shape.map((_, axis) => axis) : known(axes);
  if (list === undefined) return undefined;
  const reduced = new Set(list.map((axis) => normaliseAxis(axis, shape.length)));
  return integerAttribute(attributes, 'keepdims', 1) === 1
    ? shape.map((size, axis) => (reduced.has(axis) ? 1 : size))
    : shape.filter((_, axis) => !reduced.has(axis));
};

const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['Conv', (input, shape) => convolved(shape, input.types[1]?.shape, input.attributes)],
  ['MaxPool', (input, shape) => pooled(shape, input.attributes)],
  ['AveragePool', (input, shape) => pooled(shape, input.attributes)],
  ['GlobalAveragePool', (_, shape) => shape.map((size, axis) => (axis < 2 ? size : 1))],
  [
    'MatMul',
    ({ types: [, right] }, shape) =>
      right?.shape === undefined ? undefined : [...shape.slice(0, -1), right.shape.at(-1) ?? null],
  ],
  ['ReduceMean', reduce],
  ['ReduceSum', reduce],
  ['ReduceMax', reduce],
  ['ReduceMin', reduce],
  ['ReduceProd', reduce],
  [
    'ArgMax',
    ({ attributes }, shape) => {
      const axis = normaliseAxis(integerAttribute(attributes, 'axis', 0), shape.length);
      return integerAttribute(attributes, 'keepdims', 1) === 1
        ? shape.map((size, at) => (at === axis ? 1 : size))
        : shape.filter((_, at) => at !== axis);
    },
  ],
  [
    'Transpose',
    ({ attributes }, shape) => integersAttribute(attributes, 'perm')?.map((axis) => shape[axis] ?? null),
  ],
  [
    'Reshape',
    ({ values: [, target] }, shape) => {
      if (target === undefined) return undefined;
      const copied = target.map((size, axis) => (size === 0 ? (shape[axis] ?? null) : size));
      const total = known(shape)?.reduce((product, size) => product * size, 1);
      const rest = known(copied.filter((size) => size !== -1))?.reduce((product, size) => product * size, 1);
      return copied.map((size) =>
        size !== -1 ? size : total !== undefined && rest !== undefined ? total / rest : null,
      );
    },
  ],
  [
    'Squeeze',
    ({ values: [, axes] }, shape) => (axes === undefined ? undefined : squeezed(shape, known(axes))),
  ],
  [
    'Unsqueeze',
    ({ values: [, axes] }, shape) => {
      const list = known(axes);
      return list && unsqueezed(shape, list, 1);
    },
  ],
  [
    'Concat',
    ({ attributes, types }, shape) => {
      const axis = normaliseAxis(integerAttribute(attributes, 'axis', 0), shape.length);
      const sizes = known(types.map((type) => type?.shape?.[axis] ?? null));
      const total = sizes?.reduce((sum, size) => sum + size, 0) ?? null;
      return shape.map((size, at) => (at === axis ? total : size));
    },
  ],
  [
    'Slice',
    ({ values: [, starts, ends, axes, steps] }, shape) => {
      const result = [...shape];
      const list = known(axes) ?? shape.map((_, axis) => axis);
      for (const [position, rawAxis] of list.entries()) {
        const axis = normaliseAxis(rawAxis, shape.length);
        const [size, start, end] = [shape[axis] ?? null, starts?.[position], ends?.[position]];
        const step = steps?.[position] ?? 1;
        result[axis] = slicedSize({ size, start: start ?? null, end: end ?? null, step });
      }
      return result;
    },
  ],
  [
    'Gather',
    ({ attributes, types: [, indices] }, shape) => {
      const axis = normaliseAxis(integerAttribute(attributes, 'axis', 0), shape.length);
      return indices?.shape && [...shape.slice(0, axis), ...indices.shape, ...shape.slice(axis + 1)];
    },
  ],
  ['Shape', (_, shape) => [shape.length]],
  [
    'Pad',
    ({ values: [, pads] }, shape) =>
      shape.map((size, axis) => {
        const before = pads?.[axis];
        const after = pads?.[axis + shape.length];
        return size === null || typeof before !== 'number' || typeof after !== 'number'
          ? null
          : size + before + after;
      }),
  ],
  [
    'Resize',
    ({ values: [, , , sizes] }, shape) => sizes ?? shape.map((size, axis) => (axis < 2 ? size : null)),
  ],
  ['Expand', ({ values: [, target] }, shape) => target && broadcast<number | null>(shape, target)],
  [
    'Where',
    ({ types: [, left, right] }, shape) =>
      left?.shape &&
      right?.shape &&
      broadcast<number | null>(shape, broadcast<number | null>(left.shape, right.shape)),
  ],
]);

function slicedSize(range: {
  size: number | null;
  start: number | null;
  end: number | null;
  step: number;
}): number | null {
  const { size, start, end, step } = range;
  if (size === null || start === null || end === null || step < 1) return null;
  const bound = (value: number): number => Math.min(Math.max(value < 0 ? value + size : value, 0), size);
  return Math.max(0, Math.ceil((bound(end) - bound(start)) / step));
}

function datatypeOf(operator: string, attributes: OnnxAttributes, types: InferenceInput['types']): Datatype {
  const to: OnnxAttribute | undefined = attributes['to'];
  if (operator === 'Cast' && to?.kind === 'integer') return datatypeByNumber.get(to.value) ?? 'float32';
  if (operator === 'Shape' || operator === 'ArgMax') return 'int64';
  if (isComparison(operator)) return 'bool';
  return (operator === 'Where' ? types[1] : types[0])?.datatype ?? 'float32';
}

/** Type of the first output; further outputs are typed by whoever emits them. */
export function inferType(input: InferenceInput): ValueType {
  const datatype = datatypeOf(input.operator, input.attributes, input.types);
  const first = input.types[0]?.shape;
  if (first === undefined) return { datatype, shape: undefined };
  const rule = rules.get(input.operator);
  if (rule !== undefined) return { datatype, shape: rule(input, first) };
  if (!isBinary(input.operator)) return { datatype, shape: first };
  const shapes = input.types.map((type) => type?.shape);
  const shape = shapes.reduce<PartialSizes | undefined>(
    (left, right) => left && right && broadcast<number | null>(left, right),
    first,
  );
  return { datatype, shape };
}
