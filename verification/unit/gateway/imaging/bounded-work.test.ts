/** Small files that would cost a worker seconds or gigabytes are refused before they do. */
import { expect } from 'chai';
import { decodeImage } from '../../../../gateway/imaging/decode-image.ts';
import { withCleanHeader } from '../../../../gateway/imaging/clean-jpeg.ts';
import { inspectImage } from '../../../../gateway/imaging/inspect-image.ts';
import { readJpegHeader } from '../../../../gateway/imaging/jpeg-header.ts';
import { testPicture } from '../../../support/test-picture.ts';

const options = { dct: 'fast', channels: 3, maxPixels: 50_000_000 } as const;

/** The picture with other sizes in its frame header (SOF0 or SOF2: marker, length, precision, height, width). */
function resized(name: string, height: number, width: number): Uint8Array {
  const bytes = Buffer.from(testPicture(name));
  const frame = [0xc0, 0xc2].map((code) => bytes.indexOf(Buffer.of(0xff, code))).find((at) => at > 0) ?? -1;
  bytes.writeUInt16BE(height, frame + 5);
  bytes.writeUInt16BE(width, frame + 7);
  return bytes;
}

/** The picture with its last scan repeated. */
function withScans(bytes: Uint8Array, count: number): Uint8Array {
  const whole = Buffer.from(bytes);
  const last = whole.lastIndexOf(Buffer.of(0xff, 0xda));
  const scan = whole.subarray(last, whole.length - 2);
  return Buffer.concat([
    whole.subarray(0, last),
    ...new Array<Buffer>(count).fill(scan),
    Buffer.of(0xff, 0xd9),
  ]);
}

async function refusalOf(bytes: Uint8Array): Promise<string> {
  try {
    await decodeImage(bytes, options);
    return 'none';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe('readJpegHeader, bounded work', () => {
  for (const [name, unit] of [
    ['empty segments', [0xff, 0xe1, 0x00, 0x02]],
    ['restart markers', [0xff, 0xd0]],
    ['stuffed bytes', [0xff, 0x00]],
  ] as const) {
    it(`gives up a header of endless ${name}`, () => {
      const picture = testPicture('baseline-444.jpg');
      const endless = Buffer.alloc(200_000, Buffer.from(unit));
      const bytes = Buffer.concat([picture.subarray(0, 2), endless, picture.subarray(2)]);
      expect(readJpegHeader(bytes)).to.equal(undefined);
      expect(inspectImage(bytes)).to.include({ format: 'jpeg', width: undefined });
    });
  }
});

describe('decodeImage, bounded work', () => {
  it('refuses what is more than 150 times as long as wide, in both directions', async () => {
    expect(await refusalOf(resized('baseline-444.jpg', 5000, 1))).to.include('at most 150 times');
    expect(await refusalOf(resized('baseline-444.jpg', 1, 151)))
      .to.include('1 pixels')
      .and.include('151');
  });

  it('counts scans against the size of the picture', async () => {
    // A few scans are nothing for a small picture and too much for one of 49 megapixels.
    const ten = 'progressive-444.jpg';
    expect(await refusalOf(testPicture(ten))).to.equal('none');
    const many = await refusalOf(withScans(resized(ten, 7000, 7000), 20));
    expect(many).to.include('scans, too many for its size');
  });

  it('cleans a header of half a million segments within the size of the file', () => {
    const picture = testPicture('baseline-444.jpg');
    const segments = Buffer.alloc(500_000 * 4);
    for (let at = 0; at < segments.length; at += 4) segments.writeUInt32BE(0xff_e1_00_02, at);
    const bytes = Buffer.concat([picture.subarray(0, 2), segments, picture.subarray(2)]);
    const scanOffset = (readJpegHeader(picture)?.scanOffset ?? 0) + segments.length;
    expect(withCleanHeader(bytes, scanOffset)).to.deep.equal(new Uint8Array(bytes));
  });
});
