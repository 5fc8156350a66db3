/** Small JPEGs of whatever a model may classify. */
import { expect } from 'chai';
import { inspectImage } from '../../../../gateway/imaging/inspect-image.ts';
import { makeThumbnail } from '../../../../gateway/imaging/make-thumbnail.ts';
import { testPicture } from '../../../support/test-picture.ts';
import { thrownBy } from '../../../support/thrown-by.ts';

const options = { side: 32, maxPixels: 50_000_000 };

describe('makeThumbnail', () => {
  for (const name of [
    'baseline-420.jpg',
    'progressive.jpg',
    'cmyk-adobe.jpg',
    'colour-alpha.png',
    'lossy.webp',
  ]) {
    it(`fits ${name} into the square and keeps its proportions`, async () => {
      const { width = 0, height = 0 } = inspectImage(testPicture(name));
      const small = inspectImage(await makeThumbnail(testPicture(name), options));
      expect(small.format).to.equal('jpeg');
      expect(Math.max(small.width ?? 0, small.height ?? 0)).to.equal(Math.min(32, Math.max(width, height)));
      expect(((small.width ?? 0) * height) / width).to.be.closeTo(small.height ?? 0, 1);
    });
  }

  it('does not enlarge', async () => {
    expect(inspectImage(await makeThumbnail(testPicture('one-pixel.jpg'), options))).to.include({
      width: 1,
      height: 1,
    });
  });

  it('leaves the picture lying when only its EXIF block says to turn it, as the model sees it', async () => {
    const bytes = testPicture('exif-rotated.jpg');
    const { width, height } = inspectImage(bytes);
    expect(inspectImage(await makeThumbnail(bytes, { ...options, side: 1000 }))).to.include({
      width,
      height,
    });
  });

  it('refuses what is no picture and what is too large', async () => {
    expect(await thrownBy(() => makeThumbnail(new Uint8Array([1, 2, 3]), options))).to.be.instanceOf(Error);
    const large = await thrownBy(() =>
      makeThumbnail(testPicture('baseline-420.jpg'), { side: 32, maxPixels: 100 }),
    );
    expect(String(large)).to.match(/limit/i);
  });
});
