/** Our decoded pixels against TensorFlow's, picture by picture, digest by digest, for both transforms. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { z } from 'zod';
import { ServingError } from '../../gateway/domain/errors.ts';
import { decodeImage } from '../../gateway/imaging/decode-image.ts';
import type { PixelRequest } from '../../gateway/imaging/decoded-image.ts';

const variants: Readonly<Record<string, PixelRequest>> = {
  fast: { dct: 'fast', channels: 3 },
  accurate: { dct: 'accurate', channels: 3 },
  fastGrey: { dct: 'fast', channels: 1 },
  accurateGrey: { dct: 'accurate', channels: 1 },
};

const folders: Readonly<Record<string, string>> = {
  test_data: path.resolve('verification/test_data'),
  golden: path.resolve('../shared/data/golden'),
  'imagenet-samples': path.resolve('../shared/data/imagenet-samples'),
};

const onlyAccurateInks = 'only sharp delivers inks, and only with the accurate transform (within 7 of 255)';
const damaged =
  'TensorFlow shows what it can of a JPEG whose data is damaged; the contract here is to refuse it';
const rareSampling =
  'TensorFlow reads the luma of a file whose colours even libjpeg cannot; here it is refused';
const deepGrey = 'libpng mixes 16-bit channels before it drops the lower 8 bits, here they are dropped first';

/** Every answer that differs from TensorFlow's, with its reason. */
const exceptions: Readonly<Record<string, string>> = {
  'test_data/cmyk-adobe.jpg fast': onlyAccurateInks,
  'test_data/cmyk-plain.jpg fast': onlyAccurateInks,
  'test_data/cmyk-progressive.jpg fast': onlyAccurateInks,
  'test_data/ycck-adobe.jpg fast': onlyAccurateInks,
  ...everyVariant('test_data/end-marker-early.jpg', damaged),
  ...everyVariant('test_data/middle-missing.jpg', damaged),
  'test_data/sampling-rare.jpg fastGrey': rareSampling,
  'test_data/sampling-rare.jpg accurateGrey': rareSampling,
  'test_data/colour-16-bits.png fastGrey': deepGrey,
  'test_data/colour-16-bits.png accurateGrey': deepGrey,
};

const recordSchema = z.object({
  tensorflow: z.string(),
  recorded: z.iso.date(),
  pictures: z.record(z.string(), z.record(z.string(), z.string())),
});
const recorded = recordSchema.parse(
  JSON.parse(readFileSync(path.resolve('verification/fidelity/tensorflow-pixels.json'), 'utf8')),
);

function everyVariant(picture: string, reason: string): Record<string, string> {
  return Object.fromEntries(Object.keys(variants).map((variant) => [`${picture} ${variant}`, reason]));
}

/** `WxHxC sha256` of our pixels, or `refused`: the words of the record. */
async function answerOf(bytes: Uint8Array, request: PixelRequest): Promise<string> {
  try {
    const image = await decodeImage(bytes, { ...request, maxPixels: 50_000_000 });
    const digest = createHash('sha256').update(image.pixels).digest('hex');
    return `${image.width}x${image.height}x${image.channels} ${digest}`;
  } catch (error) {
    if (error instanceof ServingError) return 'refused';
    throw error;
  }
}

async function differencesIn(folder: string, place: string): Promise<{ names: string[]; compared: number }> {
  const names: string[] = [];
  let compared = 0;
  for (const [picture, answers] of Object.entries(recorded.pictures)) {
    if (!picture.startsWith(`${folder}/`)) continue;
    const bytes = readFileSync(path.join(place, picture.slice(folder.length + 1)));
    for (const [variant, expected] of Object.entries(answers)) {
      const request = variants[variant];
      if (request === undefined) throw new Error(`the record names an unknown variant: ${variant}`);
      compared += 1;
      if ((await answerOf(bytes, request)) !== expected) names.push(`${picture} ${variant}`);
    }
  }
  return { names, compared };
}

describe(`decoded pixels against TensorFlow ${recorded.tensorflow} (${recorded.recorded})`, () => {
  for (const [folder, place] of Object.entries(folders)) {
    const isThere = existsSync(place);
    it(`are equal byte for byte on ${folder}${isThere ? '' : ' (skipped: the folder is not there)'}`, async function () {
      if (!isThere) this.skip();
      this.timeout(60_000);
      const { names, compared } = await differencesIn(folder, place);
      expect(compared).to.be.above(5);
      const expected = Object.keys(exceptions).filter((name) => name.startsWith(`${folder}/`));
      expect(names.toSorted()).to.deep.equal(expected.toSorted());
    });
  }
});
