/** TensorFlow for Node.js under the engine contract; what is compared with it is held to the same promises. */
import path from 'node:path';
import { installPictureFixture } from '../support/picture-fixture.ts';
import { plainJpeg } from '../support/tiny-engine.ts';
import { createTensorflowEngine } from '../tensorflow/tensorflow-engine.ts';
import {
  isTensorflowInstalled,
  loadTensorflow,
  missingTensorflow,
} from '../tensorflow/tensorflow-package.ts';
import { verifyEngine } from './engine.contract.ts';
import type { EngineUnderTest } from './engine.contract.ts';

async function start(): Promise<EngineUnderTest> {
  const loaded = await loadTensorflow();
  if (loaded === undefined) throw new Error(missingTensorflow);
  const { modelsFolder } = await installPictureFixture();
  const engine = createTensorflowEngine({ tensorflow: loaded.tensorflow });
  const levels = Array.from({ length: 40 }, (_, k) => 5 + k * 6);
  return {
    engine,
    model: await engine.load(
      { name: 'tiny', version: 1, folder: path.join(modelsFolder, 'tiny', '1') },
      { signal: new AbortController().signal },
    ),
    pictureInput: 'x',
    scores: 'scores',
    pictures: await Promise.all(levels.map((level) => plainJpeg(level, 128, 255 - level))),
    stop: () => engine.close(),
  };
}

if (isTensorflowInstalled()) {
  describe('TensorFlow for Node.js', function () {
    this.timeout(60_000);
    verifyEngine('The reference engine', start);
  });
} else {
  it(`TensorFlow for Node.js keeps the engine contract (skipped: ${missingTensorflow})`, function () {
    this.skip();
  });
}
