/** Every TensorFlow operation the compiler knows, by name. */
import { convolutions } from './convolution.ts';
import { elementWise } from './element-wise.ts';
import type { Lowering } from './lowering.ts';
import { matrices } from './matrix.ts';
import { pictures } from './picture.ts';
import { shapes } from './shape.ts';

export const catalogue: ReadonlyMap<string, Lowering> = new Map(
  [elementWise, convolutions, matrices, pictures, shapes].flatMap((family) => Object.entries(family)),
);
