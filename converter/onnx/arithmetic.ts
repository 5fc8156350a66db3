/** Element-wise arithmetic on constants, in the datatype's own precision. */
import { elementCount, type NumericTensor, type Shape } from '../../gateway/domain/tensor.ts';
import { broadcast, broadcastsTo } from './broadcast.ts';
import { allocate, setElement } from './constants.ts';
import { strides, walk } from './movement.ts';

const binary: ReadonlyMap<string, (left: number, right: number) => number> = new Map([
  ['Add', (left, right) => left + right],
  ['Sub', (left, right) => left - right],
  ['Mul', (left, right) => left * right],
  ['Div', (left, right) => left / right],
  ['Min', Math.min],
  ['Max', Math.max],
  ['Pow', (left, right) => left ** right],
  ['Equal', (left, right) => Number(left === right)],
  ['Less', (left, right) => Number(left < right)],
  ['LessOrEqual', (left, right) => Number(left <= right)],
  ['Greater', (left, right) => Number(left > right)],
  ['GreaterOrEqual', (left, right) => Number(left >= right)],
  ['And', (left, right) => Number(left !== 0 && right !== 0)],
  ['Or', (left, right) => Number(left !== 0 || right !== 0)],
]);

/** Broadcasts like the others, but folds only on integers: among floats ONNX has the remainder of the truncated quotient. */
const integerBinary: ReadonlyMap<string, (left: number, right: number) => number> = new Map([
  ['Mod', (left, right) => left - right * Math.floor(left / right)],
]);

const unary: ReadonlyMap<string, (value: number) => number> = new Map([
  ['Neg', (value) => -value],
  ['Abs', Math.abs],
  ['Sqrt', Math.sqrt],
  ['Reciprocal', (value) => 1 / value],
  ['Floor', Math.floor],
  ['Ceil', Math.ceil],
  ['Exp', Math.exp],
  ['Log', Math.log],
  ['Not', (value) => Number(value === 0)],
]);

const comparisons: ReadonlySet<string> = new Set([
  'Equal',
  'Less',
  'LessOrEqual',
  'Greater',
  'GreaterOrEqual',
]);

export const isComparison = (operator: string): boolean => comparisons.has(operator);
export const isBinary = (operator: string): boolean => binary.has(operator) || integerBinary.has(operator);

/** One step of an operator's arithmetic, before its datatype rounds it; `undefined` for all other operators. */
export const unaryOperation = (operator: string): ((value: number) => number) | undefined =>
  unary.get(operator);

export function binaryOperation(
  operator: string,
  datatype: NumericTensor['datatype'],
): ((left: number, right: number) => number) | undefined {
  return binary.get(operator) ?? (datatype.startsWith('float') ? undefined : integerBinary.get(operator));
}

function broadcastSources(from: Shape, to: Shape): Int32Array {
  const padded = [...new Array<number>(to.length - from.length).fill(1), ...from];
  return walk(
    to,
    strides(padded).map((step, axis) => (padded[axis] === 1 ? 0 : step)),
  );
}

/**
 * Folds a binary or unary operator; `undefined` when it is none of the known ones, or when an integer result
 * has no exact value here (a division by zero, a product beyond 2^53).
 */
export function foldArithmetic(
  operator: string,
  inputs: readonly NumericTensor[],
): NumericTensor | undefined {
  const [first, second] = inputs;
  if (first === undefined || inputs.length > 2) return undefined;
  const isFloat = first.datatype.startsWith('float');
  const datatype = isComparison(operator) ? 'bool' : first.datatype;
  const one = unaryOperation(operator);
  if (one !== undefined) {
    const source = first.elements;
    return filled(datatype, first.shape, (index) => one(Number(source[index] ?? NaN)));
  }
  const two = binaryOperation(operator, first.datatype);
  if (two === undefined || second === undefined) return undefined;
  const shape = broadcast(first.shape, second.shape);
  if (!broadcastsTo(first.shape, shape) || !broadcastsTo(second.shape, shape)) return undefined;
  const leftAt = broadcastSources(first.shape, shape);
  const rightAt = broadcastSources(second.shape, shape);
  const [left, right] = [first.elements, second.elements];
  return filled(datatype, shape, (index) => {
    const value = two(Number(left[leftAt[index] ?? 0] ?? NaN), Number(right[rightAt[index] ?? 0] ?? NaN));
    return isFloat ? value : Math.trunc(value);
  });
}

function filled(
  datatype: NumericTensor['datatype'],
  shape: Shape,
  valueAt: (index: number) => number,
): NumericTensor | undefined {
  const isFloat = datatype.startsWith('float');
  const elements = allocate(datatype, elementCount(shape));
  for (let index = 0; index < elements.length; index += 1) {
    const value = valueAt(index);
    if (!isFloat && !Number.isSafeInteger(value)) return undefined;
    setElement(elements, index, value);
  }
  return { datatype, shape, elements };
}
