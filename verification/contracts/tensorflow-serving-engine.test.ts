/** The TensorFlow Serving engine under the contract, over both protocols. */
import { servingEngine } from '../support/serving-engine.ts';
import type { ServingProtocol } from '../support/serving-backend.ts';
import { plainJpeg } from '../support/tiny-engine.ts';
import { verifyEngine } from './engine.contract.ts';
import type { EngineUnderTest } from './engine.contract.ts';

async function start(protocol: ServingProtocol): Promise<EngineUnderTest> {
  const serving = await servingEngine({ protocol });
  const levels = Array.from({ length: 40 }, (_, k) => 5 + k * 6);
  const pictures = await Promise.all(levels.map((level) => plainJpeg(level, 128, 255 - level)));
  const model = await serving.load();
  const { engine } = serving;
  return {
    engine,
    model,
    pictureInput: 'image_bytes',
    scores: 'scores',
    pictures,
    stop: () => serving.stop(),
  };
}

verifyEngine('The TensorFlow Serving engine over REST', () => start('rest'));
verifyEngine('The TensorFlow Serving engine over gRPC', () => start('grpc'));
