/** Asks for a file, or for the rest of one that has begun to arrive, and tells which of the two came. */
import { openAddress } from './open-address.ts';
import type { PartialFile } from './partial-file.ts';
import { SourceFailure } from './source-failure.ts';

export interface RangeRequest {
  readonly address: string;
  readonly present: PartialFile;
  /** Bytes the whole file must have, when known. */
  readonly size: number | undefined;
  readonly signal: AbortSignal;
}

/** An answer whose body is the file from byte `start` on. */
export interface RangeAnswer {
  readonly response: Response;
  readonly start: number;
  /** Bytes of the whole file, when the server says it. */
  readonly totalBytes: number | undefined;
  /** What a later request may name so that it gets the rest of this very file and of no other. */
  readonly validator: string | undefined;
}

// Bytes that are encoded for the transfer could neither be counted nor resumed.
const plainHeaders = { 'accept-encoding': 'identity' };

function wholeNumber(text: string | null | undefined): number | undefined {
  return text !== null && text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

function isEncoded(response: Response): boolean {
  return (response.headers.get('content-encoding') ?? 'identity') !== 'identity';
}

function validatorOf(response: Response): string | undefined {
  const tag = response.headers.get('etag');
  // If-Range takes strong tags only; a weak one begins with W/.
  return (tag?.startsWith('"') === true ? tag : response.headers.get('last-modified')) ?? undefined;
}

/** The rest of the file, or `undefined` when the server does not go on exactly where the partial file ends. */
function restOf(response: Response, request: RangeRequest): RangeAnswer | undefined {
  const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers.get('content-range') ?? '');
  const totalBytes = wholeNumber(range?.[2]);
  const { present, size } = request;
  const fits =
    response.status === 206 &&
    !isEncoded(response) &&
    wholeNumber(range?.[1]) === present.bytes &&
    totalBytes !== undefined &&
    totalBytes === (present.record.totalBytes ?? size);
  return fits
    ? {
        response,
        start: present.bytes,
        totalBytes,
        validator: present.record.validator ?? validatorOf(response),
      }
    : undefined;
}

async function wholeOf(response: Response): Promise<RangeAnswer> {
  if (response.status !== 200) {
    await response.body?.cancel();
    const words = response.status === 404 ? 'it is not there' : 'the server does not give it';
    throw new SourceFailure('refused', `${words} (status ${response.status})`);
  }
  const totalBytes = isEncoded(response) ? undefined : wholeNumber(response.headers.get('content-length'));
  return {
    response,
    start: 0,
    totalBytes,
    validator: isEncoded(response) ? undefined : validatorOf(response),
  };
}

/**
 * Requests the missing bytes; a server that does not know ranges, or has another file by now, gives the whole.
 *
 * @throws SourceFailure when the file is not given.
 */
export async function requestRange(request: RangeRequest): Promise<RangeAnswer> {
  const { address, present, signal } = request;
  if (present.bytes > 0) {
    const { validator } = present.record;
    const condition = validator === undefined ? {} : { 'if-range': validator };
    const headers = { ...plainHeaders, ...condition, range: `bytes=${present.bytes}-` };
    const response = await openAddress(address, headers, signal);
    const rest = restOf(response, request);
    if (rest !== undefined) {
      return rest;
    }
    if (response.status !== 206 && response.status !== 416) {
      return wholeOf(response);
    }
    await response.body?.cancel();
  }
  return wholeOf(await openAddress(address, plainHeaders, signal));
}
