/** Process that compiles one model from cold, as the engine does for its cache, and says what that took. */
import { mkdir } from 'node:fs/promises';
import { compileSavedModel } from '../../converter/compile-saved-model.ts';
import { buildEntry } from '../../gateway/engines/onnx/build-entry.ts';
import { processStatus } from '../surroundings/process-status.ts';
import { answerRequests, textOf } from './answer-requests.ts';

await answerRequests({
  async run(request) {
    const target = textOf(request, 'target');
    await mkdir(target, { recursive: true });
    const began = performance.now();
    await buildEntry(
      { origin: { source: textOf(request, 'folder'), machine: 'this one' }, target },
      compileSavedModel,
    );
    const seconds = (performance.now() - began) / 1000;
    const status = await processStatus(process.pid);
    return { seconds, peakMegabytes: status?.peak ?? NaN };
  },
});
