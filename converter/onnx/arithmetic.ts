/** Element-wise arithmetic on constants, in the datatype's own precision. */
import type { NumericDatatype, NumericTensor, Shape } from '../../gateway/domain/tensor.ts';
import { constantOf, numbersOf } from './constants.ts';
import { strides, walk } from './movement.ts';

const binary: ReadonlyMap<string, (left: number, right: number) => number> = new Map([
  ['Add', (left, right) => left + right],
  ['Sub', (left, right) => left - right],
  ['Mul', (left, right) => left * right],
  ['Div', (left, right) => left / right],
  ['Min', Math.min],
  ['Max', Math.max],
  ['Pow', (left, right) => left ** right],
  ['Mod', (left, right) => left - right * Math.floor(left / right)],
  ['Equal', (left, right) => Number(left === right)],
  ['Less', (left, right) => Number(left < right)],
  ['LessOrEqual', (left, right) => Number(left <= right)],
  ['Greater', (left, right) => Number(left > right)],
  ['GreaterOrEqual', (left, right) => Number(left >= right)],
  ['And', (left, right) => Number(left !== 0 && right !== 0)],
  ['Or', (left, right) => Number(left !== 0 || right !== 0)],
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
export const isBinary = (operator: string): boolean => binary.has(operator);
export const isUnary = (operator: string): boolean => unary.has(operator);

/** NumPy-style broadcast; a size of 1 stretches and `null` gives way to a known size above 1. */
export function broadcast<Size extends number | null>(
  left: readonly Size[],
  right: readonly Size[],
): (Size | number)[] {
  const rank = Math.max(left.length, right.length);
  return Array.from({ length: rank }, (_, axis) => {
    const one = left[axis - rank + left.length] ?? (axis < rank - left.length ? 1 : null);
    const other = right[axis - rank + right.length] ?? (axis < rank - right.length ? 1 : null);
    return (one === 1 || (one === null && other !== null && other !== 1) ? other : one) as Size | number;
  });
}

function broadcastSources(from: Shape, to: Shape): Int32Array {
  const padded = [...new Array<number>(to.length - from.length).fill(1), ...from];
  return walk(
    to,
    strides(padded).map((step, axis) => (padded[axis] === 1 ? 0 : step)),
  );
}

/** Folds a binary or unary operator; `undefined` when it is none of the known ones. */
export function foldArithmetic(
  operator: string,
  inputs: readonly NumericTensor[],
): NumericTensor | undefined {
  const [first, second] = inputs;
  const one = unary.get(operator);
  if (one !== undefined && first !== undefined) {
    return constantOf(first.datatype, first.shape, numbersOf(first).map(one));
  }
  const two = binary.get(operator);
  if (two === undefined || first === undefined || second === undefined || inputs.length > 2) return undefined;
  const shape = broadcast(first.shape, second.shape);
  const leftAt = broadcastSources(first.shape, shape);
  const rightAt = broadcastSources(second.shape, shape);
  const left = numbersOf(first);
  const right = numbersOf(second);
  const isInteger = !first.datatype.startsWith('float');
  const values = Array.from(leftAt, (at, index) => {
    const value = two(left[at] ?? NaN, right[rightAt[index] ?? 0] ?? NaN);
    return isInteger ? Math.trunc(value) : value;
  });
  const datatype: NumericDatatype = isComparison(operator) ? 'bool' : first.datatype;
  return constantOf(datatype, shape, values);
}
