/** The refusals of this room, each sentence in one place. */
import { ServingError } from '../domain/errors.ts';
import type { ImageFormat } from '../domain/image.ts';

/** The header is missing, the data ends early, or the data is damaged. */
export function brokenImage(format: ImageFormat, cause?: unknown): ServingError {
  const name = format.toUpperCase();
  return refused(`The ${name} is truncated or corrupt; send the complete, undamaged file.`, cause);
}

/** A picture that is sound but that nothing here reads. */
export function refused(publicSentence: string, cause?: unknown): ServingError {
  return new ServingError('unsupported-image', publicSentence, { cause });
}

/** More pixels than the configuration allows. */
export function tooManyPixels(width: number, height: number, maxPixels: number): ServingError {
  return new ServingError(
    'too-large',
    `The picture has ${width} × ${height} pixels; at most ${maxPixels} pixels are accepted. Send a smaller one.`,
  );
}

export function tooElongated(width: number, height: number, maxProportion: number): ServingError {
  return new ServingError(
    'too-large',
    `The picture is ${width} × ${height} pixels; its long side may be at most ${maxProportion} times its short side.`,
  );
}
