/** Sends one GET over http or https, following a few redirects. */
import { networkFailure, SourceFailure } from './source-failure.ts';

const redirectStatuses: readonly number[] = [301, 302, 303, 307, 308];
const maximumRedirects = 5;

function redirectTarget(from: URL, location: string | null): URL {
  if (location === null || !URL.canParse(location, from.href)) {
    throw new SourceFailure('refused', 'it redirects to nowhere');
  }
  const target = new URL(location, from);
  if (target.protocol !== 'http:' && target.protocol !== 'https:') {
    throw new SourceFailure(
      'refused',
      `it redirects to ${target.protocol}, only http and https are followed`,
    );
  }
  if (from.protocol === 'https:' && target.protocol === 'http:') {
    throw new SourceFailure('refused', 'it redirects from https to plain http, which is not followed');
  }
  return target;
}

/**
 * The first answer that is not a redirect, its body unread.
 *
 * @throws SourceFailure when there is no answer or too many redirects, and the signal's reason when aborted.
 */
export async function openAddress(
  address: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Response> {
  let url = new URL(address);
  for (let redirects = 0; redirects <= maximumRedirects; redirects += 1) {
    let response: Response;
    try {
      response = await fetch(url, { headers, signal, redirect: 'manual' });
    } catch (cause) {
      signal.throwIfAborted();
      throw networkFailure(cause);
    }
    if (!redirectStatuses.includes(response.status)) {
      return response;
    }
    await response.body?.cancel();
    url = redirectTarget(url, response.headers.get('location'));
  }
  throw new SourceFailure('refused', `it redirects more than ${maximumRedirects} times`);
}
