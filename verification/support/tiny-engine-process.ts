/** A program that loads the tiny model, classifies one picture and ends by itself, closing the engine when told `close`. */
import { pictureRequest, plainJpeg, tinyEngine } from './tiny-engine.ts';

const tiny = await tinyEngine({ workers: undefined, threadsPerWorker: undefined });
const model = await tiny.load();
const request = pictureRequest([await plainJpeg(0, 200, 0)]);
const answer = await model.infer(request, { signal: new AbortController().signal });
if (process.argv[2] === 'close') await tiny.engine.close();
console.log(`class ${String(answer.get('classes')?.elements[0])} ${tiny.root}`);
