/** Reads the body of a request by its content type: form, JSON or one picture. */
import type { Context } from 'koa';
import { ServingError } from '../../domain/errors.ts';
import { readBoundedBody } from './bounded-body.ts';
import { jsonBody } from './json-body.ts';
import { type FormPart, parseMultipart } from './multipart.ts';

export type RequestBody =
  | { readonly kind: 'form'; readonly parts: readonly FormPart[] }
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'picture'; readonly bytes: Buffer };

export interface BodyLimits {
  /** Largest body; JSON may be longer by what base64 adds. */
  readonly maxUploadBytes: number;
  /** Most fields a form may have. */
  readonly maxParts: number;
}

export type ReadBody = (context: Context) => Promise<RequestBody>;

const ACCEPTED_TYPES = 'multipart/form-data, image/jpeg or application/json';

/**
 * Everything stays in memory, bounded by `maxUploadBytes`. Forms are cut by `parseMultipart` and not by koa-body's
 * formidable: that adds 0.3 ms a 100 KB picture, and a part header of 256 KB holds its regular expression, and with
 * it every request of the process, for seconds.
 *
 * @throws ServingError (from the reader) `unsupported-media-type`, `too-large`, `invalid-input` or `cancelled`
 */
export function bodyReader({ maxUploadBytes, maxParts }: BodyLimits): ReadBody {
  const readJson = jsonBody(maxUploadBytes);
  return async (context) => {
    requireIdentity(context.get('Content-Encoding'));
    const contentType = context.get('Content-Type');
    const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
    if (type === 'multipart/form-data') {
      const body = await readBoundedBody(context.req, maxUploadBytes);
      return { kind: 'form', parts: parseMultipart(body, contentType, maxParts) };
    }
    if (type === 'application/json') return { kind: 'json', value: await readJson(context) };
    if (type.startsWith('image/')) {
      return { kind: 'picture', bytes: await readBoundedBody(context.req, maxUploadBytes) };
    }
    const found =
      type === ''
        ? 'The request has no Content-Type'
        : 'The Content-Type of the request is not one taken here';
    throw new ServingError('unsupported-media-type', `${found}; send ${ACCEPTED_TYPES}.`);
  };
}

function requireIdentity(contentEncoding: string): void {
  if (contentEncoding === '' || contentEncoding.trim().toLowerCase() === 'identity') return;
  throw new ServingError(
    'unsupported-media-type',
    'Compressed bodies are not taken; send it without Content-Encoding.',
  );
}
