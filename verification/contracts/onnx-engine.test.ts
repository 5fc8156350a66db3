/** The ONNX engine under the contract, in the layouts that dispatch differently. */
import { pictureRequest, plainJpeg, tinyEngine } from '../support/tiny-engine.ts';
import { verifyEngine } from './engine.contract.ts';
import type { EngineUnderTest } from './engine.contract.ts';

async function start(layout: { workers?: number; threadsPerWorker?: number }): Promise<EngineUnderTest> {
  const tiny = await tinyEngine({ workers: undefined, threadsPerWorker: undefined, ...layout });
  const model = await tiny.load();
  const levels = Array.from({ length: 40 }, (_, k) => 5 + k * 6);
  const pictures = await Promise.all(levels.map((level) => plainJpeg(level, 128, 255 - level)));
  const [pictureInput = ''] = pictureRequest([]).inputs.keys();
  return { engine: tiny.engine, model, pictureInput, scores: 'scores', pictures, stop: () => tiny.stop() };
}

verifyEngine('The ONNX engine with one worker', () => start({ workers: 1, threadsPerWorker: 1 }));
verifyEngine('The ONNX engine with three workers', () => start({ workers: 3, threadsPerWorker: 1 }));
verifyEngine('The ONNX engine in the layout for this machine', () => start({}));
