/** The entry of the thread that parses large bodies. */
import { parentPort } from 'node:worker_threads';
import { ServingError } from '../../domain/errors.ts';
import type { InferRequest } from '../../wire/open-inference/infer-request.ts';
import { isHeavier, type JsonWeight } from '../../wire/json/json-weight.ts';
import { parseInferBody } from './parse-infer-body.ts';
import { isParserJob, type ParserJob, type ParserResult } from './parser-messages.ts';

parentPort?.on('message', (message: unknown) => {
  if (!isParserJob(message)) return;
  const result = parsed(message);
  parentPort?.postMessage(result, result.outcome === 'parsed' ? ownedBuffers(result.request) : []);
});

function parsed({ bytes, headLength }: ParserJob): ParserResult {
  try {
    const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    requireBearable(body.subarray(0, headLength));
    return { outcome: 'parsed', request: parseInferBody({ bytes: body, headLength }) };
  } catch (error) {
    if (error instanceof ServingError)
      return { outcome: 'refused', kind: error.kind, sentence: error.message };
    throw error;
  }
}

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

/** @throws ServingError `too-large` */
function requireBearable(text: Buffer): void {
  if (!isHeavier(text, mostBearable)) return;
  throw new ServingError(
    'too-large',
    'The JSON holds more values than can be read at once; send fewer rows, or tensors as binary data.',
  );
}

/** Memory that changes hands instead of being copied; several tensors may lie in one buffer. */
function ownedBuffers({ inputs }: InferRequest): ArrayBuffer[] {
  const views = inputs.flatMap(({ tensor }): readonly ArrayBufferView[] => {
    if ('texts' in tensor) {
      return tensor.texts.flatMap((text) => (typeof text === 'string' ? [] : [text.characters, text.bytes]));
    }
    return tensor.datatype === 'string' ? tensor.elements : [tensor.elements];
  });
  return [...new Set(views.map(({ buffer }) => buffer))].filter((buffer) => buffer instanceof ArrayBuffer);
}
