/** Every TensorFlow operation the compiler knows, by name. */
import { convolutions } from './convolution.ts';
import { elementWise } from './element-wise.ts';
import { fills } from './fill.ts';
import { joins } from './join.ts';
import type { Lowering } from './lowering.ts';
import { matrices } from './matrix.ts';
import { normalisations } from './normalisation.ts';
import { pads } from './pad.ts';
import { pictures } from './picture.ts';
import { scaledPictures } from './scale-and-translate.ts';
import { shapes } from './shape.ts';
import { slices } from './slice.ts';

export const catalogue: ReadonlyMap<string, Lowering> = new Map(
  [
    elementWise,
    convolutions,
    normalisations,
    matrices,
    pictures,
    scaledPictures,
    shapes,
    slices,
    joins,
    pads,
    fills,
  ].flatMap((family) => Object.entries(family)),
);
