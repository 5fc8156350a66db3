/** The schema of a preprocessing recipe in a manifest; what it does not state is left to the network's own. */
import { z } from 'zod';

import { channelOrders, dctMethods, resizeFilters, type ChannelTriple } from '../domain/preprocessing.ts';
import { expecting } from './manifest-fields.ts';

const largestSide = 4096;

function pixels(what: string): z.ZodInt {
  const sentence = `${what} in pixels, a whole number from 1 to ${largestSide}`;
  return z.int(expecting(sentence)).min(1, `must be ${sentence}`).max(largestSide, `must be ${sentence}`);
}

function triple(what: string, isRight: (value: number) => boolean): z.ZodType<ChannelTriple> {
  const sentence = `three numbers${what}, for red, green and blue on the scale from 0 to 255`;
  const value = z.number(expecting(sentence)).refine(isRight, `must be one of ${sentence}`);
  return z.tuple([value, value, value], expecting(sentence));
}

function oneOf<const Value extends string>(values: readonly Value[]): z.ZodType<Value> {
  return z.enum(values, expecting(`one of ${values.join(', ')}`));
}

export const recipeSchema = z.strictObject(
  {
    dct: oneOf(dctMethods).exactOptional(),
    resize: z
      .union(
        [z.literal('stretch'), pixels('the shorter side')],
        expecting(`the shorter side in pixels, a whole number from 1 to ${largestSide}, or "stretch"`),
      )
      .exactOptional(),
    filter: oneOf(resizeFilters).exactOptional(),
    size: pixels('the side of the square that the network takes').exactOptional(),
    mean: triple('', Number.isFinite).exactOptional(),
    deviation: triple(' above zero', (value) => value > 0).exactOptional(),
    channels: oneOf(channelOrders).exactOptional(),
  },
  expecting('an object with any of dct, resize, filter, size, mean, deviation and channels'),
);
