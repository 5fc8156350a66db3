/** Reads a body whatever its type says, and unpacks it when it is compressed. */
import type { Transform } from 'node:stream';
import { createGunzip, createInflate, type ZlibOptions } from 'node:zlib';
import type { Context } from 'koa';
import { ServingError } from '../../domain/errors.ts';
import { readingWithin } from './body.ts';
import { readBoundedBody, tooLarge, type BodyBounds } from './bounded-body.ts';
import type { UploadBudget } from './upload-budget.ts';

export interface UnpackedBodyLimits {
  /** Largest body, as it came and unpacked. */
  readonly limitBytes: number;
  readonly budget: UploadBudget;
}

export interface UnpackedBody {
  readonly bytes: Buffer;
  /** As that of a `RequestBody`. */
  readonly giveBack: () => void;
}

type Unpack = (options: ZlibOptions) => Transform;

const CHUNK_BYTES = 64 * 1024;

const unpackers: ReadonlyMap<string, Unpack> = new Map<string, Unpack>([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
]);

/**
 * @throws ServingError (from the reader) `too-large`, `overloaded`, `cancelled`, `invalid-input` for what cannot be
 * unpacked, or `unsupported-media-type` for another compression
 */
export function unpackedBodyReader({
  limitBytes,
  budget,
}: UnpackedBodyLimits): (context: Context) => Promise<UnpackedBody> {
  return async (context) => {
    const encoding = context.get('Content-Encoding').trim().toLowerCase();
    const unpack = unpackers.get(encoding);
    if (unpack === undefined && encoding !== '' && encoding !== 'identity') {
      throw new ServingError(
        'unsupported-media-type',
        'Bodies are taken as they are, or compressed as gzip or deflate; the Content-Encoding is another.',
      );
    }
    return readingWithin(budget, context, async (share) => {
      const bounds = { limitBytes, share, spare: budget.spare };
      const body = await readBoundedBody(context.req, bounds);
      const giveBack = (): void => {
        budget.spare.give(body);
      };
      return { bytes: unpack === undefined ? body : await unpackWithin(unpack, body, bounds), giveBack };
    });
  };
}

/** Counts what comes out as it comes: a few kilobytes can grow a thousandfold, and many of them come at once. */
async function unpackWithin(
  unpack: Unpack,
  body: Buffer,
  { limitBytes, share }: BodyBounds,
): Promise<Buffer> {
  const stream = unpack({ chunkSize: CHUNK_BYTES });
  stream.end(body);
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      length += chunk.byteLength;
      const refusal = length > limitBytes ? tooLarge(limitBytes) : share.take(chunk.byteLength);
      if (refusal !== undefined) throw refusal;
      chunks.push(chunk);
    }
  } catch (cause) {
    if (cause instanceof ServingError) throw cause;
    throw new ServingError('invalid-input', 'The body is not what its Content-Encoding says.', { cause });
  }
  return Buffer.concat(chunks, length);
}
