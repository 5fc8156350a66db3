/** Computes an operator on a few numbers, as the sizes and corners of a preparation need it for every picture. */
import { binaryOperation, isComparison, unaryOperation } from '../onnx/arithmetic.ts';
import { datatypeNumbered } from '../onnx/infer-type.ts';
import { normaliseAxis } from '../onnx/movement.ts';
import { integerAttribute } from '../onnx/onnx-graph.ts';
import { slicedSize } from '../onnx/sliced-size.ts';
import {
  smallDatatypeNamed,
  type ResamplingNode,
  type SmallDatatype,
  type SmallTensor,
} from './resampling-graph.ts';

type Inputs = readonly (SmallTensor | undefined)[];
type Rule = (first: SmallTensor, inputs: Inputs, node: ResamplingNode) => SmallTensor | undefined;

const list = (datatype: SmallDatatype, numbers: readonly number[]): SmallTensor => ({
  datatype,
  shape: [numbers.length],
  numbers,
});

const cast: Rule = (first, _, { attributes }) => {
  const datatype = smallDatatypeNamed(datatypeNumbered(integerAttribute(attributes, 'to', 0)));
  return datatype === undefined || datatype === 'bool' ? undefined : checked({ ...first, datatype });
};

const slice: Rule = (first, [, starts, ends, axes, steps]) => {
  const [start, ...more] = starts?.numbers ?? [];
  const end = ends?.numbers[0];
  const step = steps?.numbers[0] ?? 1;
  const isOfOnlyAxis = first.shape.length === 1 && normaliseAxis(axes?.numbers[0] ?? 0, 1) === 0;
  if (start === undefined || end === undefined || step === 0 || more.length > 0 || !isOfOnlyAxis)
    return undefined;
  const range = slicedSize({ size: first.numbers.length, start, end, step });
  const taken = Array.from({ length: range.count }, (_, index) => range.first + index * step);
  return list(first.datatype, pick(first.numbers, taken));
};

/** Of shapes with one axis at most. */
const reshape: Rule = (first, [, target]) => {
  const isScalar = target?.numbers.length === 0;
  if (isScalar) return first.numbers.length === 1 ? { ...first, shape: [] } : undefined;
  const [size, ...more] = target?.numbers ?? [];
  const fits = size === -1 || size === first.numbers.length;
  return fits && more.length === 0 ? list(first.datatype, first.numbers) : undefined;
};

const concat: Rule = (first, inputs) => {
  const parts = inputs.filter((part) => part?.shape.length === 1).filter((part) => part !== undefined);
  return parts.length === inputs.length
    ? list(
        first.datatype,
        parts.flatMap(({ numbers }) => numbers),
      )
    : undefined;
};

const gather: Rule = (first, [, places]) => {
  if (places === undefined || first.shape.length !== 1) return undefined;
  const taken = places.numbers.map((place) => normaliseAxis(place, first.numbers.length));
  return { datatype: first.datatype, shape: places.shape, numbers: pick(first.numbers, taken) };
};

const reduce =
  (operation: (left: number, right: number) => number): Rule =>
  (first, _, { attributes }) => {
    if (first.shape.length !== 1 || first.numbers.length === 0) return undefined;
    const shape = integerAttribute(attributes, 'keepdims', 1) === 1 ? [1] : [];
    return checked({
      ...first,
      shape,
      numbers: [first.numbers.reduce((left, right) => operation(left, right))],
    });
  };

const where: Rule = (first, [, left, right]) => {
  if (left === undefined || right === undefined) return undefined;
  const shape = commonShape([first, left, right]);
  const numbers = eachOf(shape, (index) => (at(first, index) === 0 ? at(right, index) : at(left, index)));
  return shape && numbers && { datatype: left.datatype, shape, numbers };
};

const rules: ReadonlyMap<string, Rule> = new Map([
  ['Identity', (first) => first],
  ['Cast', cast],
  ['Slice', slice],
  ['Squeeze', (first) => (first.numbers.length === 1 ? { ...first, shape: [] } : undefined)],
  ['Unsqueeze', (first) => (first.shape.length === 0 ? { ...first, shape: [1] } : undefined)],
  ['Reshape', reshape],
  ['Concat', concat],
  ['Gather', gather],
  ['ReduceMin', reduce(Math.min)],
  ['ReduceMax', reduce(Math.max)],
  ['ReduceProd', reduce((left, right) => left * right)],
  ['Where', where],
]);

/** @returns `undefined` for operators that nobody needs here, and for results that are no numbers of their datatype. */
export function smallResult(node: ResamplingNode, inputs: Inputs): SmallTensor | undefined {
  const [first, second] = inputs;
  if (first === undefined) return undefined;
  const rule = rules.get(node.operator);
  if (rule !== undefined) return rule(first, inputs, node);
  const datatype = isComparison(node.operator) ? 'bool' : first.datatype;
  const one = unaryOperation(node.operator);
  if (one !== undefined) return checked({ ...first, datatype, numbers: first.numbers.map(one) });
  const two = binaryOperation(node.operator, first.datatype);
  if (two === undefined || second === undefined || inputs.length !== 2) return undefined;
  const shape = commonShape([first, second]);
  const numbers = eachOf(shape, (index) => two(at(first, index), at(second, index)));
  return shape && numbers && checked({ datatype, shape, numbers });
}

const rounding: Readonly<Record<SmallDatatype, (number: number) => number>> = {
  bool: Number,
  int32: (number) => (Math.abs(number) < 2 ** 31 ? Math.trunc(number) : NaN),
  int64: (number) => (Math.abs(number) < 2 ** 53 ? Math.trunc(number) : NaN),
  float32: Math.fround,
  float64: Number,
};

/** Every number as its datatype rounds it; integers that overflow and divisions by zero are nothing to plan by. */
function checked(tensor: SmallTensor): SmallTensor | undefined {
  const round = rounding[tensor.datatype];
  const numbers = tensor.numbers.map((number) => round(number));
  return numbers.every(Number.isFinite) ? { ...tensor, numbers } : undefined;
}

/** Of scalars and lists, which a single number goes along with. */
function commonShape(tensors: readonly SmallTensor[]): readonly number[] | undefined {
  const longest = tensors.reduce((left, right) => {
    const isLonger = right.numbers.length > left.numbers.length || right.shape.length > left.shape.length;
    return isLonger ? right : left;
  });
  const fits = tensors.every(
    ({ shape, numbers }) =>
      shape.length < 2 && (numbers.length === 1 || numbers.length === longest.numbers.length),
  );
  return fits ? longest.shape : undefined;
}

function eachOf(
  shape: readonly number[] | undefined,
  numberAt: (index: number) => number,
): number[] | undefined {
  return shape && Array.from({ length: shape[0] ?? 1 }, (_, index) => numberAt(index));
}

function at({ numbers }: SmallTensor, index: number): number {
  return numbers[numbers.length === 1 ? 0 : index] ?? NaN;
}

function pick(numbers: readonly number[], places: readonly number[]): number[] {
  return places.map((place) => numbers[place] ?? NaN);
}
