/** Lets only those in who know the key. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context } from 'koa';
import { ServingError } from '../../domain/errors.ts';

/** Throws unless the request carries the key. */
export type ApiKeyGuard = (context: Pick<Context, 'get'>) => void;

const bearer = /^Bearer +(\S+) *$/i;
const howToSend = 'send it as "Authorization: Bearer <key>" or as "X-API-Key: <key>".';

/**
 * `X-API-Key` counts beside `Authorization`, which a platform in front may need for a token of its own.
 *
 * @param apiKey everybody may enter when undefined
 * @throws ServingError (from the guard) `unauthenticated`
 */
export function apiKeyGuard(apiKey: string | undefined): ApiKeyGuard {
  if (apiKey === undefined) return () => undefined;
  const wanted = digestOf(apiKey);
  return (context) => {
    const given = [bearer.exec(context.get('Authorization'))?.[1], context.get('X-API-Key')].filter(
      (key) => key !== undefined && key !== '',
    );
    // Digests are of one length, so that the time of the comparison tells nothing about the key.
    const isRight = given.map((key) => timingSafeEqual(digestOf(key), wanted)).includes(true);
    if (isRight) return;
    const fault = given.length === 0 ? 'This path needs an API key' : 'The API key is not the right one';
    throw new ServingError('unauthenticated', `${fault}; ${howToSend}`);
  };
}

function digestOf(key = ''): Buffer {
  return createHash('sha256').update(key).digest();
}
