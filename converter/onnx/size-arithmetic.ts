/** Arithmetic on the sizes of a shape, of which some are known only at run time. */
import type { NumericTensor } from '../../gateway/domain/tensor.ts';
import { constantOf, numbersOf } from './constants.ts';
import { integerAttribute, type OnnxAttributes } from './onnx-graph.ts';
import type { PartialTensor } from './partial-tensor.ts';

const operations: ReadonlyMap<string, (left: number, right: number) => number> = new Map([
  ['Add', (left, right) => left + right],
  ['Sub', (left, right) => left - right],
  ['Mul', (left, right) => left * right],
]);

export const isArithmetic = (operator: string): boolean => operations.has(operator);

/** Of vectors of one length, or of a vector and a single number; an unknown operand makes an unknown result. */
export function partialArithmetic(
  operator: string,
  left: PartialTensor,
  right: PartialTensor,
): PartialTensor | undefined {
  const operation = operations.get(operator);
  const [longer, other] = left.elements.length >= right.elements.length ? [left, right] : [right, left];
  const fits =
    longer.shape.length < 2 &&
    other.shape.length <= longer.shape.length &&
    (other.elements.length === 1 || other.elements.length === longer.elements.length);
  if (operation === undefined || !fits) return undefined;
  const at = ({ elements }: PartialTensor, index: number): number | null =>
    elements[elements.length === 1 ? 0 : index] ?? null;
  const elements = longer.elements.map((_, index) => {
    const [one, two] = [at(left, index), at(right, index)];
    const value = one === null || two === null ? null : operation(one, two);
    return value !== null && Number.isSafeInteger(value) ? value : null;
  });
  return { datatype: left.datatype, shape: longer.shape, elements };
}

/** The product of a whole vector of integers, as dense layers on pictures compute it from a shape. */
export function foldProduct(
  vector: NumericTensor,
  axes: NumericTensor | undefined,
  attributes: OnnxAttributes,
): NumericTensor | undefined {
  if (vector.shape.length !== 1 || vector.datatype.startsWith('float')) return undefined;
  if (axes !== undefined && axes.elements.length !== 1) return undefined;
  const product = numbersOf(vector).reduce((total, number) => total * number, 1);
  if (!Number.isSafeInteger(product)) return undefined;
  const shape = integerAttribute(attributes, 'keepdims', 1) === 1 ? [1] : [];
  return constantOf(vector.datatype, shape, [product]);
}
