/** Says a preprocessing recipe in one sentence, for manifests and reports. */
import type { ChannelTriple, PreprocessingRecipe, ResizeFilter } from './preprocessing-recipe.ts';

const filters: Readonly<Record<ResizeFilter, string>> = {
  bilinear: 'bilinear, antialiased',
  bicubic: 'bicubic, antialiased',
  'legacy-bilinear': "TensorFlow 1's bilinear",
};

export function describeRecipe({ resize, filter, size, mean, deviation }: PreprocessingRecipe): string {
  const sized =
    resize === 'stretch'
      ? `resize to ${size} × ${size}`
      : `resize the shorter side to ${resize} (${filters[filter]}), cut ${size} × ${size} from the middle`;
  const how = resize === 'stretch' ? ` (${filters[filter]})` : '';
  return `Decode as RGB, ${sized}${how}, subtract ${triple(mean)}, divide by ${triple(deviation)}.`;
}

function triple(values: ChannelTriple): string {
  const [red, green, blue] = values;
  return red === green && green === blue ? String(red) : `(${values.join(', ')})`;
}
