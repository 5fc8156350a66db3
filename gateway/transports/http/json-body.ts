/** Reads a JSON body through koa-body. */
import type { IncomingMessage } from 'node:http';
import type { Context, Middleware } from 'koa';
import { ServingError } from '../../domain/errors.ts';
import { isDeclaredBeyond, tooLarge } from './bounded-body.ts';
import type { UploadShare } from './upload-budget.ts';

/** Gives the parsed JSON of a request; undefined when its body is empty. */
export type ReadJsonBody = (context: Context, share: UploadShare) => Promise<unknown>;

/** Below this many chunks their size does not matter; beyond, they must hold so many bytes on average. */
const CRUMBS_TOLERATED = 10_000;
const CRUMB_BYTES = 64;

/**
 * Quotes, commas and brackets a body may hold. Base64 has none of them, and parsing nine million empty strings would
 * hold the HTTP thread for nine seconds and take gigabytes.
 */
const MARKS_TOLERATED = 10_000;
const MARKS = Buffer.from('",[{');

/** Room in a JSON body for what surrounds the base64. */
const SURROUNDINGS_BYTES = 64 * 1024;

/** The longest body in which an upload is base64, which makes four bytes of three. */
export function base64Limit(maxUploadBytes: number): number {
  return Math.ceil(maxUploadBytes / 3) * 4 + SURROUNDINGS_BYTES;
}

/**
 * @param maxUploadBytes the largest upload before base64
 * @throws ServingError (from the reader) `invalid-input`, `too-large`, `overloaded` or `cancelled`
 */
export function jsonBody(maxUploadBytes: number): ReadJsonBody {
  const limitBytes = base64Limit(maxUploadBytes);
  let loading: Promise<Middleware> | undefined;
  return async (context, share) => {
    if (isDeclaredBeyond(context.req, limitBytes)) throw tooLarge(maxUploadBytes);
    const parse = await (loading ??= parserOf(limitBytes));
    if (context.req.destroyed) throw gone();
    const watch = watchChunks(context.req, [refuseCrumbs(), (chunk) => share.take(chunk.byteLength)]);
    try {
      await parse(context, async () => undefined);
    } catch (error) {
      throw toServingError(error, maxUploadBytes);
    } finally {
      watch.stop();
    }
    const body: unknown = context.request.body;
    return body;
  };
}

/** Loaded with the first JSON: it is a tenth of what a start loads, and most pictures come in other ways. */
async function parserOf(limitBytes: number): Promise<Middleware> {
  const { koaBody } = await import('koa-body');
  // Not strict: what is JSON but no object is for the protocol to refuse, which knows what to send instead.
  return koaBody({ jsonLimit: limitBytes, jsonStrict: false, urlencoded: false, text: false });
}

/** How many marks a chunk holds; searched natively, because most chunks are base64 and hold none. */
function marksIn(chunk: Buffer): number {
  let marks = 0;
  for (const mark of MARKS) {
    for (let at = chunk.indexOf(mark); at >= 0; at = chunk.indexOf(mark, at + 1)) marks += 1;
  }
  return marks;
}

/** Sees a chunk before the parser does, and says why no more may come. */
type ChunkCheck = (chunk: Buffer) => ServingError | undefined;

function watchChunks(request: IncomingMessage, checks: readonly ChunkCheck[]): { stop: () => void } {
  const look = (chunk: Buffer): void => {
    for (const check of checks) {
      const refusal = check(chunk);
      if (refusal === undefined) continue;
      request.off('data', look);
      // The parser reads the request too, and gives up when the request fails.
      request.emit('error', refusal);
      return;
    }
  };
  request.on('data', look);
  return { stop: () => request.off('data', look) };
}

/**
 * The parser keeps a string object per chunk, so one-byte chunks would take thirty times the memory of the body; and
 * what it makes of millions of small values is as much out of proportion.
 */
function refuseCrumbs(): ChunkCheck {
  let chunks = 0;
  let bytes = 0;
  let marks = 0;
  return (chunk) => {
    chunks += 1;
    bytes += chunk.byteLength;
    marks += marksIn(chunk);
    if (marks > MARKS_TOLERATED) {
      return invalid(
        'The JSON holds more values than a list of pictures has; send {"image":"<base64>"} or a list of them.',
      );
    }
    return chunks > CRUMBS_TOLERATED && bytes < chunks * CRUMB_BYTES
      ? invalid('The body arrives in pieces of a few bytes; send it in larger ones.')
      : undefined;
  };
}

function invalid(sentence: string, cause?: unknown): ServingError {
  return new ServingError('invalid-input', sentence, { cause });
}

function gone(cause?: unknown): ServingError {
  return new ServingError('cancelled', 'The client left before its upload was complete.', { cause });
}

function toServingError(error: unknown, maxUploadBytes: number): ServingError {
  if (error instanceof ServingError) return error;
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  const type = error instanceof Error && 'type' in error ? error.type : undefined;
  if (status === 413) return tooLarge(maxUploadBytes);
  if (
    type === 'request.aborted' ||
    (error instanceof Error && 'code' in error && error.code === 'ECONNRESET')
  ) {
    return gone(error);
  }
  return invalid('The body is not valid JSON.', error);
}
