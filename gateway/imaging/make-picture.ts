/** Paints pictures of every form that clients send, for tests of servers. */
import { openWithSharp } from './open-with-sharp.ts';

export const pictureForms = [
  'JPEG',
  'greyscale JPEG',
  'PNG',
  'PNG with alpha',
  'greyscale PNG',
  '16-bit PNG',
  'palette PNG',
  'WebP',
] as const;

export type PictureForm = (typeof pictureForms)[number];

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** A disc on a colour gradient, the same every time. */
export async function makePicture(
  form: PictureForm,
  { width, height }: PictureSize = { width: 320, height: 240 },
): Promise<Uint8Array> {
  const hasAlpha = form === 'PNG with alpha';
  const channels = hasAlpha ? 4 : 3;
  const image = await openWithSharp(paint({ width, height }, channels), { raw: { width, height, channels } });
  switch (form) {
    case 'JPEG':
      return image.jpeg({ quality: 90 }).toBuffer();
    case 'greyscale JPEG':
      return image.toColourspace('b-w').jpeg({ quality: 90 }).toBuffer();
    case 'PNG':
    case 'PNG with alpha':
      return image.png().toBuffer();
    case 'greyscale PNG':
      return image.toColourspace('b-w').png().toBuffer();
    case '16-bit PNG':
      return image.toColourspace('rgb16').png().toBuffer();
    case 'palette PNG':
      return image.png({ palette: true }).toBuffer();
    case 'WebP':
      return image.webp({ quality: 90 }).toBuffer();
  }
}

function paint({ width, height }: PictureSize, channels: 3 | 4): Uint8Array {
  const pixels = new Uint8Array(width * height * channels);
  const radius = Math.min(width, height) / 3;
  for (let at = 0; at < width * height; at += 1) {
    const [x, y] = [at % width, Math.floor(at / width)];
    const isInside = Math.hypot(x - width / 2, y - height / 2) < radius;
    const colour = isInside ? [236, 196, 64] : [(255 * x) / width, (255 * y) / height, 128];
    pixels.set([...colour, ...(channels === 4 ? [isInside ? 255 : 160] : [])], at * channels);
  }
  return pixels;
}
