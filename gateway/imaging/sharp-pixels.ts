/** Decodes through sharp: the accurate transform, CMYK, PNG, WebP and GIF. */
import { openWithSharp } from './open-with-sharp.ts';

export type RawSpace = 'srgb' | 'cmyk';

export interface RawPixels {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/**
 * Samples as they are in the file: no rotation, no colour profile, no gamma; alpha dropped without blending; 8 bits.
 *
 * @param space `srgb` gives 3 bytes a pixel, `cmyk` 4 as libvips turns them: 255 minus what libjpeg delivers.
 * @throws Error in sharp's words when the file is truncated, corrupt or larger than `maxPixels`.
 */
export async function readRawPixels(
  bytes: Uint8Array,
  space: RawSpace,
  maxPixels: number,
): Promise<RawPixels> {
  const image = await openWithSharp(bytes, {
    failOn: 'truncated',
    ignoreIcc: true,
    limitInputPixels: maxPixels,
  });
  const inSpace = space === 'cmyk' ? image.pipelineColourspace('cmyk') : image.removeAlpha();
  const { data, info } = await inSpace.toColourspace(space).raw().toBuffer({ resolveWithObject: true });
  const channels = space === 'cmyk' ? 4 : 3;
  if (info.channels !== channels) throw new Error(`${info.channels} channels instead of ${channels}`);
  return {
    pixels: new Uint8Array(data.buffer, data.byteOffset, data.length),
    width: info.width,
    height: info.height,
  };
}
