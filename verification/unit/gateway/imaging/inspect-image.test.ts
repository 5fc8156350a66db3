/** Formats and sizes read from first bytes alone. */
import { expect } from 'chai';
import { inspectImage } from '../../../../gateway/imaging/inspect-image.ts';
import { testPicture } from '../../../support/test-picture.ts';

describe('inspectImage', () => {
  const sized = [
    ['baseline-420.jpg', 'jpeg', 67, 45],
    ['progressive.jpg', 'jpeg', 67, 45],
    ['one-pixel.jpg', 'jpeg', 1, 1],
    ['one-column.jpg', 'jpeg', 1, 77],
    ['cmyk-adobe.jpg', 'jpeg', 67, 45],
    ['fill-bytes.jpg', 'jpeg', 67, 45],
    ['huge-segments.jpg', 'jpeg', 67, 45],
    ['exif-rotated.jpg', 'jpeg', 67, 45],
    ['stray-between-segments.jpg', 'jpeg', 67, 45],
    ['thumbnail-in-exif.jpg', 'jpeg', 67, 45],
    ['header-only.jpg', 'jpeg', 67, 45],
    ['enormous-header.jpg', 'jpeg', 65535, 65535],
    ['colour.png', 'png', 67, 45],
    ['lossy.webp', 'webp', 67, 45],
    ['lossless.webp', 'webp', 67, 45],
    ['lossy-alpha.webp', 'webp', 67, 45],
    ['one-frame.gif', 'gif', 67, 45],
  ] as const;
  for (const [name, format, width, height] of sized) {
    it(`reads ${format}, ${width} × ${height} from ${name}`, () => {
      expect(inspectImage(testPicture(name))).to.deep.equal({ format, width, height });
    });
  }

  const unsized = [
    ['uncompressed.bmp', 'bmp'],
    ['little-endian.tiff', 'tiff'],
    ['text-named.jpg', 'unknown'],
    ['empty.jpg', 'unknown'],
    ['extraneous-before-marker.jpg', 'unknown'],
  ] as const;
  for (const [name, format] of unsized) {
    it(`reads ${format} without a size from ${name}`, () => {
      expect(inspectImage(testPicture(name))).to.deep.equal({ format, width: undefined, height: undefined });
    });
  }

  it('never throws and keeps the format when any picture is cut anywhere in its first bytes', () => {
    for (const [name, format] of sized) {
      const bytes = testPicture(name);
      for (let length = 16; length < Math.min(bytes.length, 700); length += 1) {
        expect(inspectImage(bytes.subarray(0, length)).format).to.equal(format);
      }
    }
  });

  it('gives no size for a JPEG of nothing but fill bytes or of segments that claim length 0', () => {
    const fill = new Uint8Array(100_000).fill(0xff).with(1, 0xd8);
    expect(inspectImage(fill)).to.deep.equal({ format: 'jpeg', width: undefined, height: undefined });
    const empty = new Uint8Array(100_000).map((_, index) => [0xff, 0xe1, 0, 0][index % 4] ?? 0).with(1, 0xd8);
    expect(inspectImage(empty).width).to.equal(undefined);
  });

  it('reads a view into a larger buffer from the view alone', () => {
    const png = testPicture('colour.png');
    const larger = new Uint8Array(png.length + 50);
    larger.set(png, 25);
    expect(inspectImage(larger.subarray(25)).width).to.equal(67);
    expect(inspectImage(larger).format).to.equal('unknown');
  });
});
