/** Writes a preprocessing recipe into the body of a function: decoded pixels in, the network's numbers out. */
import type { PreprocessingRecipe, ResizeFilter } from '../../gateway/domain/preprocessing.ts';
import { boolean, integer, text, type } from './attributes.ts';
import type { FunctionBody } from './function-body.ts';

/** Height and width in pixels. */
export type PictureSides = readonly [height: number, width: number];

/**
 * @param pixels uint8 [height, width, 3].
 * @param sides of what the network takes, where it is not a square of the recipe's size.
 * @returns float32 [height, width, 3] of those sides.
 */
export function preparePicture(
  body: FunctionBody,
  pixels: string,
  recipe: PreprocessingRecipe,
  sides: PictureSides = [recipe.size, recipe.size],
): string {
  const real = body.cast('pixels', pixels, 'uint8', 'float32');
  const picture = body.add('picture', 'ExpandDims', [real, body.constant('first_axis', 0)], {
    T: type('float32'),
    Tdim: type('int32'),
  });
  const shape = body.add('shape', 'Shape', [pixels], { T: type('uint8'), out_type: type('int32') });
  const own = body.slice(
    'sides',
    [shape, body.constant('sides_begin', [0]), body.constant('sides_size', [2])],
    'int32',
  );
  const target = targetSides(body, own, { recipe, sides });
  const resized = resize(body, { picture, sides: own, target }, recipe.filter);
  const cropped = recipe.resize === 'stretch' ? resized : cropMiddle(body, resized, { target, sides });
  const rectangle = body.add(
    'rectangle',
    'Reshape',
    [cropped, body.constant('rectangle_shape', [...sides, 3])],
    { T: type('float32'), Tshape: type('int32') },
  );
  return inOrder(body, normalise(body, rectangle, recipe), recipe);
}

/** Height and width after resizing. */
function targetSides(
  body: FunctionBody,
  own: string,
  { recipe: { resize }, sides }: { recipe: PreprocessingRecipe; sides: PictureSides },
): string {
  if (resize === 'stretch') return body.constant('target', sides);
  const shorter = body.add('shorter', 'Min', [own, body.constant('only_axis', 0)], {
    T: type('int32'),
    Tidx: type('int32'),
    keep_dims: boolean(false),
  });
  // side · shorterTarget ÷ shorter, to the nearest pixel: adding half the divisor before dividing rounds so.
  const two = body.constant('two', 2);
  const enlarged = body.arithmetic(
    'enlarged',
    'Mul',
    [own, body.constant('twice_target', 2 * resize)],
    'int32',
  );
  return body.arithmetic(
    'target',
    'FloorDiv',
    [
      body.arithmetic('raised', 'AddV2', [enlarged, shorter], 'int32'),
      body.arithmetic('divisor', 'Mul', [shorter, two], 'int32'),
    ],
    'int32',
  );
}

function resize(
  body: FunctionBody,
  { picture, sides, target }: { picture: string; sides: string; target: string },
  filter: ResizeFilter,
): string {
  if (filter === 'legacy-bilinear' || filter === 'plain-bilinear') {
    return body.add('resized', 'ResizeBilinear', [picture, target], {
      T: type('float32'),
      align_corners: boolean(false),
      half_pixel_centers: boolean(filter === 'plain-bilinear'),
    });
  }
  const scale = body.arithmetic('scale', 'RealDiv', [
    body.cast('target_real', target, 'int32', 'float32'),
    body.cast('sides_real', sides, 'int32', 'float32'),
  ]);
  const translation = body.constant('translation', [0, 0], 'float32');
  return body.add('resized', 'ScaleAndTranslate', [picture, target, scale, translation], {
    T: type('float32'),
    kernel_type: text(filter === 'bicubic' ? 'keyscubic' : 'triangle'),
    antialias: boolean(true),
  });
}

/** An odd pixel too many is cut at the far end. */
function cropMiddle(
  body: FunctionBody,
  picture: string,
  { target, sides }: { target: string; sides: PictureSides },
): string {
  const spare = body.arithmetic('spare', 'Sub', [target, body.constant('crop_sides', sides)], 'int32');
  const corner = body.arithmetic('corner', 'FloorDiv', [spare, body.constant('halves', 2)], 'int32');
  const zero = body.constant('zero', [0]);
  const begin = body.concatenate('begin', [zero, corner, zero], body.constant('begin_axis', 0));
  return body.slice('cropped', [picture, begin, body.constant('crop_size', [1, ...sides, 3])]);
}

function normalise(
  body: FunctionBody,
  picture: string,
  { filter, mean, deviation }: PreprocessingRecipe,
): string {
  // A cubic kernel overshoots at edges, where a picture of bytes is cut off.
  const bounded =
    filter === 'bicubic'
      ? body.arithmetic('not_above', 'Minimum', [
          body.arithmetic('not_below', 'Maximum', [picture, body.constant('black', 0, 'float32')]),
          body.constant('white', 255, 'float32'),
        ])
      : picture;
  const centred = body.arithmetic('centred', 'Sub', [bounded, body.constant('mean', mean, 'float32')]);
  const factors = deviation.map((value) => 1 / value);
  return body.arithmetic('prepared', 'Mul', [centred, body.constant('factors', factors, 'float32')]);
}

function inOrder(body: FunctionBody, picture: string, { channels }: PreprocessingRecipe): string {
  if (channels !== 'bgr') return picture;
  const order = body.constant('blue_first', [2, 1, 0]);
  return body.add('turned', 'GatherV2', [picture, order, body.constant('channel_axis', 2)], {
    Tparams: type('float32'),
    Tindices: type('int32'),
    Taxis: type('int32'),
    batch_dims: integer(0),
  });
}
