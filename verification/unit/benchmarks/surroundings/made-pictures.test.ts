/** Pictures of one size in bytes. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import sharp from 'sharp';
import { madePictures, padded } from '../../../../benchmarks/surroundings/made-pictures.ts';

describe('pictures that are made', () => {
  it('have exactly the size, differ, and decode without a warning', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'fovea-pictures-'));
    const files = await madePictures(folder, 100_000);
    const pictures = await Promise.all(files.map((file) => readFile(file)));
    const decoded = await Promise.all(
      pictures.map((one) => sharp(one, { failOn: 'warning' }).raw().toBuffer()),
    );
    await rm(folder, { recursive: true });
    expect(new Set(pictures.map(({ length }) => length))).to.deep.equal(new Set([100_000]));
    expect(new Set(decoded.map((pixels) => pixels.toString('base64'))).size).to.equal(pictures.length);
  });

  it('are filled up with comments of any length', async () => {
    const pixels = Buffer.alloc(3 * 64, 90);
    const picture = await sharp(pixels, { raw: { width: 8, height: 8, channels: 3 } })
      .jpeg()
      .toBuffer();
    const before = await sharp(picture).raw().toBuffer();
    for (const more of [4, 5, 65_536, 65_537, 65_538, 65_541, 131_073, 200_000]) {
      const larger = padded(picture, picture.length + more);
      expect(larger.length, String(more)).to.equal(picture.length + more);
      const after = await sharp(larger, { failOn: 'warning' }).raw().toBuffer();
      expect(after.equals(before), String(more)).to.equal(true);
    }
  });
});
