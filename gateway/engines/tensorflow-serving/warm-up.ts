/** The first questions to a backend: they prove that it answers, and make it allocate what it needs. */
import type { Signature } from '../../domain/engine.ts';
import { pictureInput } from '../../domain/picture-input.ts';
import { elementCount } from '../../domain/tensor.ts';
import type { Tensor } from '../../domain/tensor.ts';
import { warmUpPicture, zeroTensor } from '../../domain/warm-up-inputs.ts';

/** Larger inputs than any picture network takes are not made up. */
const mostElements = 16 * 1024 * 1024;

const mostPictures = 64;

/** A small picture, or zeros; `undefined` when they would be too large, or examples, whose features nobody knows. */
export function warmUpInputs(signature: Signature): ReadonlyMap<string, Tensor> | undefined {
  if (signature.inputs.some(({ content }) => content === 'examples')) return undefined;
  const isPicture = pictureInput(signature) !== undefined;
  const limit = isPicture ? mostPictures : mostElements;
  const isTooLarge = signature.inputs.some(
    ({ shape }) => elementCount(shape.map((size) => size ?? 1)) > limit,
  );
  if (isTooLarge) return undefined;
  return new Map(
    signature.inputs.map((input) => {
      const tensor = zeroTensor(input);
      const isReplaced = isPicture && tensor.datatype === 'string';
      return [
        input.name,
        isReplaced ? { ...tensor, elements: tensor.elements.map(() => warmUpPicture) } : tensor,
      ];
    }),
  );
}
