/** Files made to hurt: lying headers, every kind of cut, flipped bits, endless scans. */
import { expect } from 'chai';
import { ServingError } from '../../../../gateway/domain/errors.ts';
import { decodeImage } from '../../../../gateway/imaging/decode-image.ts';
import type { DecodeOptions } from '../../../../gateway/imaging/decoded-image.ts';
import { testPicture } from '../../../support/test-picture.ts';
import { thrownBy } from '../../../support/thrown-by.ts';

const colour: DecodeOptions = { dct: 'fast', channels: 3, maxPixels: 50_000_000 };
const bases = [
  'baseline-444.jpg',
  'progressive-444.jpg',
  'greyscale.jpg',
  'cmyk-adobe.jpg',
  'restart-markers.jpg',
  'colour.png',
  'lossless.webp',
  'lossy.webp',
];

/** The same numbers at every run. */
function seededNumbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/** Decodes, and tells `refused` from pixels; any other error fails the test. */
async function outcome(bytes: Uint8Array, options: DecodeOptions): Promise<'refused' | 'decoded'> {
  const error = await thrownBy(async () => {
    const { pixels, width, height, channels } = await decodeImage(bytes, options);
    expect(pixels.length).to.equal(width * height * channels);
  });
  if (error === undefined) return 'decoded';
  expect(error).to.be.instanceOf(ServingError);
  return 'refused';
}

describe('decodeImage on hostile files', () => {
  it('refuses 65535 × 65535 from the header, before any memory is taken', async () => {
    const before = process.memoryUsage().rss;
    const error = await thrownBy(() => decodeImage(testPicture('enormous-header.jpg'), colour));
    expect(error).to.be.instanceOf(ServingError).with.property('kind', 'too-large');
    expect(process.memoryUsage().rss - before).to.be.below(50_000_000);
  });

  it('refuses an enormous PNG from its header', async () => {
    const png = Uint8Array.from(testPicture('colour.png'));
    png.fill(0x7f, 16, 24);
    const error = await thrownBy(() => decodeImage(png, colour));
    expect(error).to.be.instanceOf(ServingError).with.property('kind', 'too-large');
  });

  for (const name of bases) {
    it(`refuses ${name} cut at every 100th byte`, async () => {
      const bytes = testPicture(name);
      for (let length = 0; length < bytes.length - 20; length += 100) {
        for (const dct of ['fast', 'accurate'] as const) {
          expect(await outcome(bytes.subarray(0, length), { ...colour, dct }), `${length} bytes`).to.equal(
            'refused',
          );
        }
      }
    });

    it(`survives 60 damaged copies of ${name}`, async () => {
      const draw = seededNumbers(20);
      const original = testPicture(name);
      for (let round = 0; round < 60; round += 1) {
        const bytes = Uint8Array.from(original);
        for (let flip = 0; flip <= round % 5; flip += 1) bytes[draw(bytes.length)] = draw(256);
        const options: DecodeOptions = {
          dct: round % 2 === 0 ? 'fast' : 'accurate',
          channels: round % 3 === 0 ? 1 : 3,
          maxPixels: 1_000_000,
        };
        expect(await outcome(bytes, options)).to.be.oneOf(['refused', 'decoded']);
      }
    });
  }

  it('refuses a frame header that another one contradicts', async () => {
    const bytes = testPicture('baseline-420.jpg');
    const frame = Buffer.from(bytes).indexOf(Uint8Array.of(0xff, 0xc0));
    const larger = Uint8Array.from(bytes.subarray(frame, frame + 19));
    larger.fill(0x08, 5, 9);
    for (const at of [frame, frame + 19]) {
      const both = Buffer.concat([bytes.subarray(0, at), larger, bytes.subarray(at)]);
      expect(await outcome(both, colour)).to.equal('refused');
    }
  });

  it('refuses thousands of scans without decoding them', async () => {
    const bytes = Buffer.from(testPicture('progressive.jpg'));
    const lastScan = bytes.subarray(bytes.lastIndexOf(Uint8Array.of(0xff, 0xda)), -2);
    const scans = Array.from({ length: 2000 }, () => lastScan);
    const endless = Buffer.concat([bytes.subarray(0, -2), ...scans, bytes.subarray(-2)]);
    const error = await thrownBy(() => decodeImage(endless, colour));
    expect(error)
      .to.be.instanceOf(ServingError)
      .with.property('message')
      .that.matches(/more than 100 scans/);
  });

  it('says nothing of the decoder in the public sentence and keeps its words as the cause', async () => {
    const error = await thrownBy(() => decodeImage(testPicture('truncated.png'), colour));
    expect(error).to.be.instanceOf(ServingError);
    expect(error)
      .to.have.property('message')
      .that.does.not.match(/vips|sharp|libpng|turbo/i);
    expect(error).to.have.property('cause').that.is.instanceOf(Error);
  });
});
