/** Which preprocessing recipes can be followed, and how one adapts to another size. */
import type { PreprocessingRecipe } from '../../gateway/domain/preprocessing.ts';
import { UnsupportedModel } from '../unsupported-model.ts';

const largestSize = 4096;

/** @throws UnsupportedModel saying which part of the recipe cannot be followed. */
export function requireFeasible(recipe: PreprocessingRecipe): void {
  const { resize, size, mean, deviation } = recipe;
  if (!isSize(size)) {
    throw new UnsupportedModel(
      `The network's picture size must be between 1 and ${largestSize}, not ${size}.`,
    );
  }
  if (resize !== 'stretch' && !isSize(resize)) {
    throw new UnsupportedModel(
      `Pictures must be resized to between 1 and ${largestSize} pixels, not ${resize}.`,
    );
  }
  if (resize !== 'stretch' && resize < size) {
    throw new UnsupportedModel(
      `A square of ${size} pixels cannot be cut from pictures whose shorter side is resized to ${resize}; resize to ${size} or more.`,
    );
  }
  if (![...mean, ...deviation].every(Number.isFinite) || deviation.some((value) => value <= 0)) {
    throw new UnsupportedModel('The means must be numbers and the deviations numbers above zero.');
  }
}

function isSize(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= largestSize;
}

/** The mean and deviation of ImageNet that torchvision's weights are trained with. */
export const imagenetStatistics = {
  mean: [123.675, 116.28, 103.53],
  deviation: [58.395, 57.12, 57.375],
} as const;

/** A recipe with some parts replaced; a new size alone keeps the share of the picture that the crop takes. */
export function adaptedRecipe(
  own: PreprocessingRecipe,
  changes: Partial<PreprocessingRecipe>,
): PreprocessingRecipe {
  const size = changes.size ?? own.size;
  const resize = own.resize === 'stretch' ? 'stretch' : Math.round((own.resize * size) / own.size);
  return { ...own, resize, ...changes };
}
