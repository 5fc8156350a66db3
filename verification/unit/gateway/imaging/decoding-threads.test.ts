/** The decoders in worker threads: several at once, and again after the threads have ended. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { expect } from 'chai';
import { decodeImage } from '../../../../gateway/imaging/decode-image.ts';
import { pictureFolder, testPicture } from '../../../support/test-picture.ts';

const decoder = new URL('../../../../gateway/imaging/decode-image.js', import.meta.url).href;
const options = { dct: 'fast', channels: 3, maxPixels: 1_000_000 } as const;

/** Decodes the picture fifty times with each transform and posts the last pixels of each. */
const program = `
  const { parentPort, workerData } = require('node:worker_threads');
  import(workerData.decoder).then(async ({ decodeImage }) => {
    const results = [];
    for (const dct of ['fast', 'accurate']) {
      let image;
      for (let round = 0; round < 50; round += 1) {
        image = await decodeImage(workerData.picture, { ...workerData.options, dct });
      }
      results.push(image.pixels);
    }
    parentPort.postMessage(results);
  });
`;

/** Starts ten accurate decodes and ends its thread when the first is done. */
const leavingProgram = `
  const { workerData } = require('node:worker_threads');
  import(workerData.decoder).then(async ({ decodeImage }) => {
    const decode = () => decodeImage(workerData.picture, { ...workerData.options, dct: 'accurate' });
    await Promise.race(Array.from({ length: 10 }, decode));
    process.exit(3);
  });
`;

async function onceAll(worker: Worker, event: string): Promise<unknown[]> {
  return once(worker, event);
}

async function decodeInWorker(picture: Uint8Array): Promise<unknown> {
  const worker = new Worker(program, { eval: true, workerData: { decoder, picture, options } });
  const ended = once(worker, 'exit');
  const [pixels]: unknown[] = await onceAll(worker, 'message');
  await ended;
  return pixels;
}

describe('decoding in worker threads', () => {
  it('gives the same pixels in four threads at once, and in new ones after these have ended', async () => {
    const picture = testPicture('even-sides-420.jpg');
    const fast = await decodeImage(picture, options);
    const accurate = await decodeImage(picture, { ...options, dct: 'accurate' });
    for (let round = 0; round < 2; round += 1) {
      const results = await Promise.all([1, 2, 3, 4].map(() => decodeInWorker(picture)));
      for (const result of results) expect(result).to.deep.equal([fast.pixels, accurate.pixels]);
    }
    expect(await decodeImage(picture, options)).to.deep.equal(fast);
  });

  it('outlives threads that leave with decodes under way', async () => {
    const picture = testPicture('progressive.jpg');
    for (let round = 0; round < 4; round += 1) {
      const worker = new Worker(leavingProgram, { eval: true, workerData: { decoder, picture, options } });
      const [exitCode]: unknown[] = await onceAll(worker, 'exit');
      expect(exitCode).to.equal(3);
    }
    expect(await decodeImage(picture, options)).to.include({ width: 67, height: 45 });
  });

  it('loads sharp only for the pictures that need it', async () => {
    const script = `
      import { readFileSync } from 'node:fs';
      const { decodeImage } = await import(${JSON.stringify(decoder)});
      process.report.excludeNetwork = true;
      const hasSharp = () => process.report.getReport().sharedObjects.some((file) => file.includes('libvips'));
      for (const name of ['baseline-420.jpg', 'cmyk-adobe.jpg']) {
        await decodeImage(readFileSync(${JSON.stringify(pictureFolder + path.sep)} + name), ${JSON.stringify(options)});
        console.log(hasSharp());
      }`;
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script]);
    expect(stdout.split('\n').slice(0, 2)).to.deep.equal(['false', 'true']);
  });
});
