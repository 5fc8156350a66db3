/** Says a preprocessing recipe in one sentence, for manifests and reports. */
import type { ChannelTriple, PreprocessingRecipe, ResizeFilter } from '../../gateway/domain/preprocessing.ts';

const filters: Readonly<Record<ResizeFilter, string>> = {
  bilinear: 'bilinear, antialiased',
  bicubic: 'bicubic, antialiased',
  'plain-bilinear': "TensorFlow 2's bilinear",
  'legacy-bilinear': "TensorFlow 1's bilinear",
};

export function describeRecipe(recipe: PreprocessingRecipe): string {
  const { resize, filter, size, mean, deviation } = recipe;
  const sized =
    resize === 'stretch'
      ? `resize to ${size} × ${size}`
      : `resize the shorter side to ${resize} (${filters[filter]}), cut ${size} × ${size} from the middle`;
  const how = resize === 'stretch' ? ` (${filters[filter]})` : '';
  const decoded = recipe.dct === 'accurate' ? 'Decode as RGB (accurate DCT)' : 'Decode as RGB';
  const turned = recipe.channels === 'bgr' ? ', put blue first' : '';
  return `${decoded}, ${sized}${how}, subtract ${triple(mean)}, divide by ${triple(deviation)}${turned}.`;
}

function triple(values: ChannelTriple): string {
  const [red, green, blue] = values;
  return red === green && green === blue ? String(red) : `(${values.join(', ')})`;
}
