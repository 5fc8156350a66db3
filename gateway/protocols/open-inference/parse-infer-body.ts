/** From the bytes of a body to the request in it. */
import { splitBody } from '../../wire/open-inference/binary-tensor-extension.ts';
import type { InferRequest } from '../../wire/open-inference/infer-request.ts';
import { readInferRequest } from '../../wire/open-inference/infer-request-json.ts';
import { parseJsonText } from '../../wire/json/json-text.ts';

export interface InferBody {
  readonly bytes: Buffer;
  /** Bytes of JSON, when others follow; all of them when absent. */
  readonly headLength?: number | undefined;
}

/** @throws ServingError `invalid-input` */
export function parseInferBody({ bytes, headLength }: InferBody): InferRequest {
  const { head, tail } = splitBody(bytes, headLength ?? bytes.byteLength);
  return readInferRequest(parseJsonText(head), tail);
}
