/** What the thread that parses large bodies is sent and sends back. */
import type { ErrorKind } from '../../domain/errors.ts';
import type { InferRequest } from '../../wire/open-inference/infer-request.ts';

export interface ParserJob {
  readonly bytes: Uint8Array;
  readonly headLength: number | undefined;
}

export type ParserResult =
  | { readonly outcome: 'parsed'; readonly request: InferRequest }
  | { readonly outcome: 'refused'; readonly kind: ErrorKind; readonly sentence: string };

/** Only our own thread sends to this port. */
export function isParserResult(message: unknown): message is ParserResult {
  return typeof message === 'object' && message !== null && 'outcome' in message;
}

/** Only our own server sends to this port. */
export function isParserJob(message: unknown): message is ParserJob {
  return typeof message === 'object' && message !== null && 'bytes' in message;
}
