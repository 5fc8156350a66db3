/** Small integer tensors of which some elements are known: how a reshape to [batch, -1] keeps the sizes it knows. */
import type { NumericDatatype, NumericTensor, Shape } from '../../gateway/domain/tensor.ts';
import { constantOf, numbersOf } from './constants.ts';

export interface PartialTensor {
  readonly datatype: NumericDatatype;
  readonly shape: Shape;
  readonly elements: readonly (number | null)[];
}

/** Larger tensors are data, not shapes. */
export const maximumPartialElements = 64;

export function partialOf(tensor: NumericTensor): PartialTensor | undefined {
  if (tensor.elements.length > maximumPartialElements || tensor.datatype.startsWith('float'))
    return undefined;
  return { datatype: tensor.datatype, shape: tensor.shape, elements: numbersOf(tensor) };
}

/** The whole constant, once every element is known. */
export function completed(partial: PartialTensor): NumericTensor | undefined {
  const known = partial.elements.filter((element) => element !== null);
  return known.length === partial.elements.length
    ? constantOf(partial.datatype, partial.shape, known)
    : undefined;
}
