/** The two functions of the loop over pictures: whether another turn follows, and what a turn does. */
import type { PreprocessingRecipe } from '../../gateway/domain/preprocessing.ts';
import { boolean, integer, text, type } from './attributes.ts';
import { FunctionBody } from './function-body.ts';
import type { FunctionGraph } from './model-graph.ts';
import { preparePicture } from './prepare-picture.ts';

export const loopCondition = 'more_pictures';
export const loopBody = 'prepare_picture';

/** What the loop carries from turn to turn. */
export const loopState = [
  { name: 'index', datatype: 'int32' },
  { name: 'count', datatype: 'int32' },
  { name: 'contents', datatype: 'variant' },
  { name: 'prepared_pictures', datatype: 'variant' },
] as const;

export function pictureFunctions(recipe: PreprocessingRecipe): readonly FunctionGraph[] {
  return [conditionFunction(), bodyFunction(recipe)];
}

function conditionFunction(): FunctionGraph {
  const body = new FunctionBody();
  const reference = body.arithmetic('less', 'Less', ['index', 'count'], 'int32');
  return {
    name: loopCondition,
    arguments: loopState,
    results: [{ name: 'more', datatype: 'bool', reference }],
    nodes: body.nodes,
  };
}

function bodyFunction(recipe: PreprocessingRecipe): FunctionGraph {
  const body = new FunctionBody();
  const scalar = body.constant('scalar', []);
  const content = body.add('content', 'TensorListGetItem', ['contents', 'index', scalar], {
    element_dtype: type('string'),
  });
  const pixels = body.add('decode', 'DecodeJpeg', [content], {
    channels: integer(3),
    ratio: integer(1),
    fancy_upscaling: boolean(true),
    try_recover_truncated: boolean(false),
    dct_method: text(recipe.dct === 'accurate' ? 'INTEGER_ACCURATE' : ''),
  });
  const prepared = preparePicture(body, pixels, recipe);
  const written = body.add('write', 'TensorListSetItem', ['prepared_pictures', 'index', prepared], {
    element_dtype: type('float32'),
  });
  const next = body.arithmetic('next', 'AddV2', ['index', body.constant('one', 1)], 'int32');
  const references = [next, 'count', 'contents', written];
  return {
    name: loopBody,
    arguments: loopState,
    results: loopState.map(({ name, datatype }, position) => ({
      name: `next_${name}`,
      datatype,
      reference: references[position] ?? name,
    })),
    nodes: body.nodes,
  };
}
