/** The part of a manifest that says how pictures become the model's input: in words, as a recipe, or both. */
import { z } from 'zod';

import type { StatedPreprocessing } from '../domain/preprocessing.ts';
import { text } from './manifest-fields.ts';
import { recipeSchema } from './manifest-recipe.ts';

const describedRecipe = recipeSchema.extend({
  words: text('a text that says how a picture becomes the input').exactOptional(),
});

/** A bare text is the words alone, as models have them that prepare pictures in their own graph. */
export const preprocessingSchema = z.preprocess(
  (value) => (typeof value === 'string' ? { words: value } : value),
  describedRecipe,
);

/** The recipe without the words, which are for people; `undefined` when it states nothing. */
export function statedRecipe(
  described: z.infer<typeof preprocessingSchema> | undefined,
): StatedPreprocessing | undefined {
  const recipe = recipeSchema.strip().parse(described ?? {});
  return Object.keys(recipe).length === 0 ? undefined : recipe;
}
