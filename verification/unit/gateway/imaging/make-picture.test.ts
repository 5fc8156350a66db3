/** The pictures that are painted are what their names say, and every decoder of this house reads them. */
import { expect } from 'chai';
import sharp from 'sharp';
import { decodeImage } from '../../../../gateway/imaging/decode-image.ts';
import { makePicture, pictureForms, type PictureForm } from '../../../../gateway/imaging/make-picture.ts';

describe('makePicture', () => {
  const expected: Readonly<Record<PictureForm, object>> = {
    JPEG: { format: 'jpeg', channels: 3 },
    'greyscale JPEG': { format: 'jpeg', channels: 1 },
    PNG: { format: 'png', channels: 3, depth: 'uchar' },
    'PNG with alpha': { format: 'png', channels: 4 },
    'greyscale PNG': { format: 'png', channels: 1 },
    '16-bit PNG': { format: 'png', channels: 3, depth: 'ushort' },
    'palette PNG': { format: 'png', isPalette: true },
    WebP: { format: 'webp', channels: 3 },
  };
  for (const form of pictureForms) {
    it(`paints a ${form}`, async () => {
      const bytes = await makePicture(form, { width: 40, height: 30 });
      expect(await sharp(bytes).metadata()).to.include({ width: 40, height: 30, ...expected[form] });
      const { pixels, width, height } = await decodeImage(bytes, {
        dct: 'fast',
        channels: 3,
        maxPixels: 1e6,
      });
      expect([width, height]).to.deep.equal([40, 30]);
      const middle = (15 * 40 + 20) * 3;
      const corner = 0;
      expect(pixels[middle], 'the disc is brighter than the corner').to.be.above(
        (pixels[corner] ?? 255) + 50,
      );
    });
  }

  it('paints one pixel', async () => {
    const bytes = await makePicture('JPEG', { width: 1, height: 1 });
    expect(await sharp(bytes).metadata()).to.include({ width: 1, height: 1 });
  });
});
