/** Makes a small JPEG of a picture, to be looked at and never to be classified. */
import { openWithSharp } from './open-with-sharp.ts';

export interface ThumbnailOptions {
  /** Longest side in pixels; smaller pictures keep their size. */
  readonly side: number;
  /** Pictures with more pixels are refused before anything is allocated for them. */
  readonly maxPixels: number;
}

/**
 * The whole picture as a model sees it: the orientation in the EXIF block is ignored, transparency becomes white.
 *
 * @throws Error in sharp's words when the file cannot be decoded or is larger than `maxPixels`
 */
export async function makeThumbnail(
  bytes: Uint8Array,
  { side, maxPixels }: ThumbnailOptions,
): Promise<Uint8Array> {
  const image = await openWithSharp(bytes, { failOn: 'none', limitInputPixels: maxPixels });
  return image
    .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .jpeg({ quality: 72 })
    .toBuffer();
}
