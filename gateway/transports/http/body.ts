/** Reads the body of a request by its content type: form, JSON or one picture. */
import type { Context } from 'koa';
import { ServingError } from '../../domain/errors.ts';
import type { SpareBuffers } from '../../spare-buffers.ts';
import { readBoundedBody } from './bounded-body.ts';
import { whenClosed } from './departure.ts';
import { jsonBody } from './json-body.ts';
import { type FormPart, parseMultipart } from './multipart.ts';
import { UploadBudget, type UploadShare } from './upload-budget.ts';

export type RequestBody = BodyContent & {
  /** Says that nobody will look at the bytes any more, in this thread or another; whoever is not sure leaves it. */
  readonly giveBack?: () => void;
};

type BodyContent =
  | { readonly kind: 'form'; readonly parts: readonly FormPart[] }
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'picture'; readonly bytes: Buffer }
  /** Left unread, because its type is none of the above or, when null, because it has none. */
  | { readonly kind: 'other'; readonly type: string | null };

export interface BodyLimits {
  /** Largest body; JSON may be longer by what base64 adds. */
  readonly maxUploadBytes: number;
  /** Most fields a form may have. */
  readonly maxParts: number;
  /** Most bytes of all bodies together, each from its arrival to its answer; follows from the largest body if absent. */
  readonly maxBytesInFlight?: number;
  /** The memory for bodies, when other readers share it. */
  readonly budget?: UploadBudget;
}

export type ReadBody = (context: Context) => Promise<RequestBody>;

/** Room for so many of the largest bodies at once, and for no less than a crowd of usual ones needs. */
const LARGEST_BODIES_AT_ONCE = 16;
const LEAST_BYTES_IN_FLIGHT = 256 * 1024 * 1024;

/**
 * Everything stays in memory, bounded by `maxUploadBytes`. Forms are cut by `parseMultipart` and not by koa-body's
 * formidable: that adds 0.3 ms a 100 KB picture, and a part header of 256 KB holds its regular expression, and with
 * it every request of the process, for seconds.
 *
 * @throws ServingError (from the reader) `too-large`, `overloaded`, `invalid-input`, `cancelled`, or
 * `unsupported-media-type` for a compressed body; another type is for the protocol to refuse, which knows what to send
 * instead
 */
export function bodyReader(limits: BodyLimits): ReadBody {
  const budget = limits.budget ?? usualBudget(limits);
  const read = typedReader(limits, budget.spare);
  return (context) => readingWithin(budget, context, (share) => read(context, share));
}

/** Memory for the bodies of all requests together, when nobody says how much. */
export function usualBudget({
  maxUploadBytes,
  maxBytesInFlight,
}: Pick<BodyLimits, 'maxUploadBytes' | 'maxBytesInFlight'>): UploadBudget {
  const derived = Math.max(LARGEST_BODIES_AT_ONCE * maxUploadBytes, LEAST_BYTES_IN_FLIGHT);
  return new UploadBudget(maxBytesInFlight ?? derived);
}

/** Reads with a share of the budget that is given back once the answer has left. */
export async function readingWithin<Body>(
  budget: UploadBudget,
  context: Context,
  read: (share: UploadShare) => Promise<Body>,
): Promise<Body> {
  const share = budget.open();
  // The pictures lie in the body, so it stays in memory while they wait for their turn.
  whenClosed(context.res, share.release);
  try {
    return await read(share);
  } catch (error) {
    share.release();
    throw error;
  }
}

function typedReader(
  { maxUploadBytes: limitBytes, maxParts }: BodyLimits,
  spare: SpareBuffers,
): (context: Context, share: UploadShare) => Promise<RequestBody> {
  const readJson = jsonBody(limitBytes);
  const giving = (bytes: Buffer) => (): void => {
    spare.give(bytes);
  };
  return async (context, share) => {
    requireIdentity(context.get('Content-Encoding'));
    const contentType = context.get('Content-Type');
    const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
    if (type === 'multipart/form-data') {
      const body = await readBoundedBody(context.req, { limitBytes, share, spare });
      const parts = parseMultipart(body, contentType, maxParts);
      return { kind: 'form', parts, giveBack: giving(body) };
    }
    if (type === 'application/json') return { kind: 'json', value: await readJson(context, share) };
    if (type.startsWith('image/')) {
      const bytes = await readBoundedBody(context.req, { limitBytes, share, spare });
      return { kind: 'picture', bytes, giveBack: giving(bytes) };
    }
    return { kind: 'other', type: type === '' ? null : type };
  };
}

function requireIdentity(contentEncoding: string): void {
  if (contentEncoding === '' || contentEncoding.trim().toLowerCase() === 'identity') return;
  throw new ServingError(
    'unsupported-media-type',
    'Compressed bodies are not taken; send it without Content-Encoding.',
  );
}
