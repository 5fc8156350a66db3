/** The entry of the thread that parses large bodies. */
import { runTasks } from '../../threads/run-tasks.ts';
import type { InferRequest } from '../../wire/open-inference/infer-request.ts';
import { requireBearable, type JsonWeight } from '../../wire/json/json-weight.ts';
import { parseInferBody } from './parse-infer-body.ts';
import { isParserTask } from './parser-task.ts';

runTasks(isParserTask, ({ bytes, headLength }) => {
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  requireBearable(body.subarray(0, headLength), mostBearable, 'send fewer rows, or tensors as binary data');
  const answer = parseInferBody({ bytes: body, headLength });
  return { answer, memory: memoryOf(answer) };
});

/**
 * What they take fits into the memory of the thread; one that runs out of it takes the process along. As many 32-bit
 * floats as an upload of the usual size holds, and as many lists as sixteen pictures of 224 × 224 have pixels; the worst
 * that was found within it takes 0.8 GB.
 */
const mostBearable: JsonWeight = {
  values: 6_000_000,
  lists: 1_000_000,
  objects: 100_000,
  quotes: 400_000,
};

/** Memory that changes hands instead of being copied; several tensors may lie in one buffer. */
function memoryOf({ inputs }: InferRequest): readonly ArrayBufferLike[] {
  const views = inputs.flatMap(({ tensor }): readonly ArrayBufferView[] => {
    if ('texts' in tensor) {
      return tensor.texts.flatMap((text) => (typeof text === 'string' ? [] : [text.characters, text.bytes]));
    }
    return tensor.datatype === 'string' ? tensor.elements : [tensor.elements];
  });
  return [...new Set(views.map(({ buffer }) => buffer))];
}
