/** What a signature on tensors wants of a picture: sides, layout and datatype of its input, and the recipe to get there. */
import type { PreprocessingRecipe, StatedPreprocessing } from '../../gateway/domain/preprocessing.ts';
import type { Signature, TensorSpecification } from '../../gateway/domain/engine.ts';
import { UnsupportedModel } from '../unsupported-model.ts';
import type { PictureSides } from './prepare-picture.ts';
import { requireFeasible } from './preprocessing-recipe.ts';

export interface TensorPreparation {
  readonly recipe: PreprocessingRecipe;
  readonly sides: PictureSides;
  /** `channels-last` [N,H,W,3] or `channels-first` [N,3,H,W]. */
  readonly layout: 'channels-last' | 'channels-first';
  readonly datatype: 'float32' | 'uint8';
}

/**
 * The whole picture, stretched as `tf.image.resize` does, on a scale from 0 to 1; bytes stay bytes.
 *
 * It is what Keras' own loaders and the input convention of TensorFlow Hub's picture models do.
 */
const usual = { resize: 'stretch', filter: 'plain-bilinear', mean: [0, 0, 0] } as const;
const unscaled = [1, 1, 1] as const;
const toOne = [255, 255, 255] as const;

/**
 * @param stated wins over the usual recipe, part by part.
 * @throws UnsupportedModel saying why no picture can be made to fit the signature.
 */
export function tensorPreparation(signature: Signature, stated: StatedPreprocessing): TensorPreparation {
  const [input] = signature.inputs;
  if (input === undefined || signature.inputs.length !== 1)
    throw new UnsupportedModel('The signature takes several tensors, so a picture alone is not enough.');
  const { datatype, shape } = input;
  if (datatype !== 'float32' && datatype !== 'uint8') {
    throw new UnsupportedModel(
      `The signature takes ${datatype}; pictures are prepared for float32 and uint8 only.`,
    );
  }
  if (shape[0] !== null && shape[0] !== 1) {
    throw new UnsupportedModel(
      `The signature takes ${shape[0] ?? 'no'} pictures in every call; export it for any number or for one.`,
    );
  }
  const layout = layoutOf(input);
  const [height = null, width = null] = layout === 'channels-last' ? shape.slice(1, 3) : shape.slice(2);
  const sides = statedSides([height, width], stated.size);
  const recipe = {
    ...usual,
    size: Math.max(...sides),
    deviation: datatype === 'uint8' ? unscaled : toOne,
    ...stated,
  };
  requireFeasible({ ...recipe, size: Math.max(...sides) });
  if (datatype === 'uint8' && !isUnscaled(recipe)) {
    throw new UnsupportedModel(
      'The signature takes bytes from 0 to 255; leave mean and deviation out of its preprocessing.',
    );
  }
  return { recipe, sides, layout, datatype };
}

function layoutOf({ shape }: TensorSpecification): TensorPreparation['layout'] {
  if (shape.length === 4 && shape[3] === 3) return 'channels-last';
  if (shape.length === 4 && shape[1] === 3) return 'channels-first';
  throw new UnsupportedModel(
    'The signature does not take colour pictures: its input is neither [N, H, W, 3] nor [N, 3, H, W].',
  );
}

/** Sides that the signature leaves open are the recipe's. */
function statedSides(
  [height, width]: readonly [number | null, number | null],
  size: number | undefined,
): PictureSides {
  const disagrees = [height, width].some((side) => side !== null && size !== undefined && side !== size);
  if (disagrees) {
    throw new UnsupportedModel(
      `The preprocessing makes pictures of ${size} × ${size}, but the signature takes ${height ?? 'any'} × ${width ?? 'any'}.`,
    );
  }
  const sides = [height ?? size, width ?? size] as const;
  const [tall, wide] = sides;
  if (tall === undefined || wide === undefined) {
    throw new UnsupportedModel('The signature takes pictures of any size; state the size to prepare.');
  }
  return [tall, wide];
}

function isUnscaled({ mean, deviation }: PreprocessingRecipe): boolean {
  return mean.every((value) => value === 0) && deviation.every((value) => value === 1);
}
