/** Reads a request's body into one buffer, and stops at the limit. */
import type { IncomingMessage } from 'node:http';
import { ServingError } from '../../domain/errors.ts';
import type { SpareBuffers } from '../../spare-buffers.ts';
import type { UploadShare } from './upload-budget.ts';

/** Bytes set aside before anything has arrived; a larger declared length has to be earned by sending. */
const FIRST_RESERVATION = 1024 * 1024;
/** So much more than has been sent; the system gives memory as it is filled, and every copy holds the thread. */
const EARNED_ROOM = 8;
const UNKNOWN_LENGTH_RESERVATION = 64 * 1024;

export interface BodyBounds {
  readonly limitBytes: number;
  /** What this body takes of the memory for all of them. */
  readonly share: UploadShare;
  /** Where a body of known length may get its memory. */
  readonly spare?: SpareBuffers;
}

/**
 * @throws ServingError `too-large` (before reading when the declared length says so), `overloaded` when there is no
 * memory for more, or `cancelled` when the client leaves before the end
 */
export async function readBoundedBody(
  request: IncomingMessage,
  { limitBytes, share, spare }: BodyBounds,
): Promise<Buffer> {
  const declared = declaredLength(request);
  if (isDeclaredBeyond(request, limitBytes)) throw tooLarge(limitBytes);
  return new Promise((resolve, reject) => {
    const reservation = Math.min(declared ?? UNKNOWN_LENGTH_RESERVATION, FIRST_RESERVATION);
    let body: Buffer = spare?.take(reservation) ?? Buffer.allocUnsafeSlow(reservation);
    let length = 0;
    const roomAhead = (size: number): number =>
      declared === undefined ? Math.min(size * 2, limitBytes) : Math.min(size * EARNED_ROOM, declared);

    const leave = (): void => {
      request.off('data', take).off('end', finish).off('close', depart).off('error', depart);
    };
    const take = (chunk: Buffer): void => {
      const needed = length + chunk.byteLength;
      const refusal = needed > limitBytes ? tooLarge(limitBytes) : share.take(chunk.byteLength);
      if (refusal !== undefined) {
        leave();
        request.pause();
        reject(refusal);
        return;
      }
      // Copied at once rather than kept in a list: a body sent in one-byte chunks would cost a hundred times its size.
      if (needed > body.byteLength) body = grown(body, length, Math.max(needed, roomAhead(body.byteLength)));
      chunk.copy(body, length);
      length = needed;
    };
    const finish = (): void => {
      leave();
      resolve(body.subarray(0, length));
    };
    const depart = (cause?: unknown): void => {
      leave();
      reject(new ServingError('cancelled', 'The client left before its upload was complete.', { cause }));
    };
    if (request.destroyed && !request.readable) depart();
    else request.on('data', take).once('end', finish).once('close', depart).once('error', depart);
  });
}

export function isDeclaredBeyond(request: IncomingMessage, limitBytes: number): boolean {
  return (declaredLength(request) ?? 0) > limitBytes;
}

export function tooLarge(limitBytes: number): ServingError {
  const megabytes = Math.round((limitBytes / 1024 / 1024) * 100) / 100;
  const sentence = `The upload is larger than the limit of ${limitBytes} bytes (${megabytes} MiB).`;
  return new ServingError('too-large', sentence);
}

function declaredLength(request: IncomingMessage): number | undefined {
  const length = request.headers['content-length'];
  return length === undefined ? undefined : Number(length);
}

function grown(body: Buffer, used: number, size: number): Buffer {
  const larger = Buffer.allocUnsafeSlow(size);
  body.copy(larger, 0, 0, used);
  return larger;
}
