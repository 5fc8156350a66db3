/** Reads the flags of `fovea convert` that say how a picture becomes the network's input. */
import type { ChannelTriple, PreprocessingRecipe } from '../domain/preprocessing.ts';

export interface RecipeFlags {
  readonly recipe: Partial<PreprocessingRecipe>;
  readonly faults: readonly string[];
}

export const recipeFlags = [
  '--input-size',
  '--crop',
  '--resize',
  '--mean',
  '--std',
  '--pixel-scale',
] as const;

/** Pixels as stored go to 255. */
const storedScale = 255;

export function readRecipe(values: ReadonlyMap<string, string>): RecipeFlags {
  const faults: string[] = [];
  const size = pixels('--input-size');
  const crop = pixels('--crop');
  const resize = values.get('--resize') === 'stretch' ? 'stretch' : pixels('--resize', ', or stretch');
  if (size !== undefined && crop !== undefined && size !== crop) {
    faults.push('--crop is the square that the network takes, so it must be the same as --input-size.');
  }
  const [mean, deviation] = [triple('--mean'), triple('--std')];
  if (deviation?.some((value) => value <= 0) === true) faults.push('--std must be above zero.');
  const scale = storedScale / scaleOf([...(mean ?? []), ...(deviation ?? [])]);
  const side = size ?? crop;
  return {
    recipe: {
      ...(side === undefined ? {} : { size: side }),
      ...(resize === undefined ? {} : { resize }),
      ...(mean === undefined ? {} : { mean: scaled(mean, scale) }),
      ...(deviation === undefined ? {} : { deviation: scaled(deviation, scale) }),
    },
    faults,
  };

  function pixels(flag: string, orElse = ''): number | undefined {
    const text = values.get(flag);
    if (text === undefined) return undefined;
    if (!/^[1-9]\d{0,3}$/.test(text)) faults.push(`${flag} must be a whole number of pixels${orElse}.`);
    return Number(text);
  }

  function triple(flag: string): ChannelTriple | undefined {
    const text = values.get(flag);
    if (text === undefined) return undefined;
    const numbers = text.split(',').map((word) => (word.trim() === '' ? NaN : Number(word)));
    const [red = NaN, green = red, blue = red] = numbers;
    if (![1, 3].includes(numbers.length) || ![red, green, blue].every(Number.isFinite)) {
      faults.push(`${flag} must be one number or three, for red, green and blue, such as 0.485,0.456,0.406.`);
    }
    return [red, green, blue];
  }

  /** Numbers up to 1 are meant for pixels between 0 and 1, as torchvision writes them. */
  function scaleOf(numbers: readonly number[]): number {
    const stated = values.get('--pixel-scale');
    if (stated === undefined) return numbers.every((value) => Math.abs(value) <= 1) ? 1 : storedScale;
    if (stated !== '1' && stated !== '255') faults.push('--pixel-scale must be 1 or 255.');
    return Number(stated);
  }
}

/** Rounded where only the multiplication brings digits in. */
function scaled([red, green, blue]: ChannelTriple, scale: number): ChannelTriple {
  const times = (value: number): number => Number((value * scale).toPrecision(12));
  return [times(red), times(green), times(blue)];
}
