/** From the bytes of a body to the request in it. */
import { splitBody } from '../../wire/open-inference/binary-tensor-extension.ts';
import { parseInferJson } from '../../wire/open-inference/infer-json.ts';
import type { InferRequest } from '../../wire/open-inference/infer-request.ts';
import { readInferRequest } from '../../wire/open-inference/infer-request-json.ts';
import { UnreadNumbers } from '../../wire/json/number-text.ts';
import { readingExactly, RoundedInteger } from '../../wire/json/exact-integers.ts';

export interface InferBody {
  readonly bytes: Buffer;
  /** Bytes of JSON, when others follow; all of them when absent. */
  readonly headLength?: number | undefined;
}

/** @throws ServingError `invalid-input` */
export function parseInferBody({ bytes, headLength }: InferBody): InferRequest {
  const { head, tail } = splitBody(bytes, headLength ?? bytes.byteLength);
  try {
    return readInferRequest(parseInferJson(head), tail);
  } catch (error) {
    if (!(error instanceof UnreadNumbers || error instanceof RoundedInteger)) throw error;
  }
  return readingExactly(head, (value) => readInferRequest(value, tail));
}
