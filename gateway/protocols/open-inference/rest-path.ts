/** What a method and a path under `/v2` ask for. */
import { ServingError } from '../../domain/errors.ts';
import type { RequestedModel } from './inference-server.ts';

export type RestRequest =
  | { readonly verb: 'server' | 'live' | 'ready' | 'index' | 'all-statistics' }
  | {
      readonly verb: 'metadata' | 'model-ready' | 'config' | 'statistics' | 'infer';
      readonly model: RequestedModel;
    }
  | { readonly verb: 'load' | 'unload'; readonly name: string };

interface Route {
  readonly pattern: RegExp;
  readonly method: 'GET' | 'POST';
  readonly request: (model: RequestedModel) => RestRequest;
}

const model = String.raw`/v2/models/(?<name>[^/]+)(?:/versions/(?<version>[^/]+))?`;
const repository = String.raw`/v2/repository(?:/(?!models/)[^/]+)?`;

const routes: readonly Route[] = [
  { pattern: /^\/v2\/?$/, method: 'GET', request: () => ({ verb: 'server' }) },
  { pattern: /^\/v2\/health\/live$/, method: 'GET', request: () => ({ verb: 'live' }) },
  { pattern: /^\/v2\/health\/ready$/, method: 'GET', request: () => ({ verb: 'ready' }) },
  { pattern: /^\/v2\/models\/stats$/, method: 'GET', request: () => ({ verb: 'all-statistics' }) },
  ofModel('', 'GET', 'metadata'),
  ofModel('/ready', 'GET', 'model-ready'),
  ofModel('/config', 'GET', 'config'),
  ofModel('/stats', 'GET', 'statistics'),
  ofModel('/infer', 'POST', 'infer'),
  { pattern: new RegExp(`^${repository}/index$`), method: 'POST', request: () => ({ verb: 'index' }) },
  ofRepository('load'),
  ofRepository('unload'),
];

function ofModel(
  end: string,
  method: Route['method'],
  verb: Extract<RestRequest, { readonly model: RequestedModel }>['verb'],
): Route {
  return { pattern: new RegExp(`^${model}${end}$`), method, request: (named) => ({ verb, model: named }) };
}

function ofRepository(verb: 'load' | 'unload'): Route {
  return {
    pattern: new RegExp(`^${repository}/models/(?<name>[^/]+)/${verb}$`),
    method: 'POST',
    request: ({ name }) => ({ verb, name }),
  };
}

/**
 * @returns `undefined` for a path that is none of the protocol's
 * @throws ServingError `method-not-allowed` for one that another method asks for, `not-found` for a name that is no text
 */
export function readRestPath(method: string, path: string): RestRequest | undefined {
  const route = routes.find(({ pattern }) => pattern.test(path));
  if (route === undefined) return undefined;
  const asked = method === 'HEAD' ? 'GET' : method;
  if (asked !== route.method) {
    const allowedMethods = route.method === 'GET' ? ['GET', 'HEAD'] : ['POST'];
    const sentence = `${method} does not work on this path. What works: ${allowedMethods.join(', ')}.`;
    throw new ServingError('method-not-allowed', sentence, { allowedMethods });
  }
  const { name, version } = route.pattern.exec(path)?.groups ?? {};
  return route.request({ name: decoded(name), version: decoded(version) });
}

function decoded(text = ''): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new ServingError('not-found', 'The path holds a percent sign that encodes nothing.', { cause });
  }
}
