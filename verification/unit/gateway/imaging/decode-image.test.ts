/** Odd but valid pictures decode to what they show; others are refused in words a client can use. */
import { expect } from 'chai';
import { ServingError } from '../../../../gateway/domain/errors.ts';
import { decodeImage } from '../../../../gateway/imaging/decode-image.ts';
import type { DecodedImage, DecodeOptions } from '../../../../gateway/imaging/decoded-image.ts';
import { testPicture } from '../../../support/test-picture.ts';
import { thrownBy } from '../../../support/thrown-by.ts';

const colour: DecodeOptions = { dct: 'fast', channels: 3, maxPixels: 50_000_000 };

async function decode(name: string, options: Partial<DecodeOptions> = {}): Promise<DecodedImage> {
  return decodeImage(testPicture(name), { ...colour, ...options });
}

async function refusal(name: string, options: Partial<DecodeOptions> = {}): Promise<ServingError> {
  const error = await thrownBy(() => decode(name, options));
  if (!(error instanceof ServingError)) throw new Error(`${name} gave ${String(error)}`);
  return error;
}

describe('decodeImage', () => {
  it('decodes a JPEG with the fast transform without a promise', () => {
    const image = decodeImage(testPicture('baseline-420.jpg'), colour);
    expect(image).not.to.be.instanceOf(Promise);
    expect(image).to.include({ width: 67, height: 45, channels: 3 });
  });

  it('gives other pixels for the accurate transform than for the fast one', async () => {
    const fast = await decode('baseline-444.jpg');
    const accurate = await decode('baseline-444.jpg', { dct: 'accurate' });
    expect(accurate.pixels).to.have.length(fast.pixels.length);
    expect(accurate.pixels).not.to.deep.equal(fast.pixels);
  });

  it('shows the one pixel that was encoded', async () => {
    const { pixels } = await decode('one-pixel.jpg');
    [200, 30, 90].forEach((value, channel) => {
      expect(pixels[channel]).to.be.closeTo(value, 3);
    });
  });

  it('repeats the luma of a greyscale JPEG in three channels', async () => {
    for (const dct of ['fast', 'accurate'] as const) {
      const grey = await decode('greyscale.jpg', { dct, channels: 1 });
      const replicated = await decode('greyscale.jpg', { dct });
      expect(replicated.pixels).to.deep.equal(
        Uint8Array.from({ length: 3 * 67 * 45 }, (_, index) => grey.pixels[Math.floor(index / 3)] ?? -1),
      );
    }
  });

  for (const name of ['cmyk-adobe.jpg', 'cmyk-plain.jpg', 'cmyk-progressive.jpg', 'ycck-adobe.jpg']) {
    it(`decodes ${name} and refuses to make one channel of it`, async () => {
      expect((await decode(name)).pixels).to.have.length(3 * 67 * 45);
      expect((await refusal(name, { channels: 1 })).message).to.match(/CMYK/);
    });
  }

  const sameAsBaseline = [
    ['exif-rotated.jpg', 'EXIF orientation'],
    ['icc-profile.jpg', 'a colour profile'],
    ['fill-bytes.jpg', 'fill bytes'],
    ['huge-segments.jpg', 'a segment of 64 kB'],
    ['thumbnail-in-exif.jpg', 'a thumbnail'],
    ['trailing-bytes.jpg', 'bytes after the end'],
    ['two-pictures.jpg', 'a second picture after the first'],
    ['padding-before-end.jpg', 'padding before the end marker'],
    ['stray-between-segments.jpg', 'stray bytes between segments'],
    ['jfif-version-7.jpg', 'an unknown JFIF version'],
    ['optimised-tables.jpg', 'optimised tables'],
    ['restart-markers.jpg', 'restart markers'],
    ['progressive.jpg', 'progressive scans'],
    ['padding-before-end-progressive.jpg', 'progressive scans and padding'],
  ] as const;
  for (const [name, what] of sameAsBaseline) {
    it(`gives the same pixels with ${what}`, async () => {
      const baseline = await decode('baseline-420.jpg');
      expect(await decode(name)).to.deep.equal(baseline);
      const accurate = await decode(name, { dct: 'accurate' });
      expect(accurate).to.deep.equal(await decode('baseline-420.jpg', { dct: 'accurate' }));
    });
  }

  it('reads lossless WebP and PNG as the same pixels, and drops alpha without blending', async () => {
    const png = await decode('colour.png');
    expect(await decode('lossless.webp')).to.deep.equal(png);
    expect(await decode('colour-alpha.png')).to.deep.equal(png);
    expect(await decode('lossless-alpha.webp')).to.deep.equal(png);
    expect((await decode('one-frame.gif')).pixels).to.have.length(3 * 67 * 45);
  });

  const broken = [
    'truncated.jpg',
    'truncated-progressive.jpg',
    'end-marker-missing.jpg',
    'end-marker-early.jpg',
    'middle-missing.jpg',
    'header-only.jpg',
    'zero-width.jpg',
    'zero-height.jpg',
    'truncated.png',
  ];
  for (const name of broken) {
    it(`refuses ${name} as truncated or corrupt with either transform`, async () => {
      for (const dct of ['fast', 'accurate'] as const) {
        const error = await refusal(name, { dct });
        expect(error.kind).to.equal('unsupported-image');
        expect(error.message).to.match(/^The (JPEG|PNG) is truncated or corrupt; send /);
      }
    });
  }

  it('refuses what is no picture, and formats it does not read', async () => {
    for (const name of ['text-named.jpg', 'empty.jpg', 'uncompressed.bmp', 'little-endian.tiff']) {
      expect((await refusal(name)).message).to.match(/format that cannot be decoded/);
    }
  });

  it('refuses twelve bits a sample in words', async () => {
    expect((await refusal('twelve-bits.jpg')).message).to.match(/12 bits/);
  });

  it('refuses more pixels than allowed, in every format, and allows exactly as many', async () => {
    for (const name of ['baseline-420.jpg', 'cmyk-adobe.jpg', 'colour.png', 'lossy.webp', 'one-frame.gif']) {
      const error = await refusal(name, { maxPixels: 67 * 45 - 1 });
      expect(error.kind).to.equal('too-large');
      expect(error.message).to.match(/67 × 45/);
      expect((await decode(name, { maxPixels: 67 * 45 })).width).to.equal(67);
    }
  });

  it('decodes into the given buffer when it is large enough, and elsewhere when not', async () => {
    const expected = await decode('baseline-420.jpg');
    const buffer = new Uint8Array(3 * 67 * 45 + 100).fill(77);
    const image = await decode('baseline-420.jpg', { buffers: [new Uint8Array(10), buffer.subarray(50)] });
    expect(image).to.deep.equal(expected);
    expect(image.pixels.buffer).to.equal(buffer.buffer);
    expect(buffer.subarray(0, 50)).to.deep.equal(new Uint8Array(50).fill(77));
    expect(await decode('baseline-420.jpg', { buffers: [new Uint8Array(10)] })).to.deep.equal(expected);
  });
});
