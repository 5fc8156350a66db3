/** Lets everything live under a prefix too, for those behind a proxy that passes the prefix on. */
import type { Context, Middleware } from 'koa';

/** @param rootPath such as `/system/services/fovea/exposed`, without a slash at its end; nothing happens when undefined */
export function underRootPath(rootPath: string | undefined): Middleware {
  return (context, next) => {
    const inner = rootPath === undefined ? undefined : pathWithin(rootPath, context.path);
    if (inner !== undefined) context.path = inner;
    return next();
  };
}

/** A link to a path of this server that works where the client is. */
export type LinkTo = (context: Pick<Context, 'get' | 'originalUrl'>, path: string) => string;

const soundPrefix = /^(\/[\w.~-]{1,100}){1,20}\/?$/;
const soundHost = /^([\w.-]{1,253}|\[[\da-f:.]{2,45}\])(:\d{1,5})?$/i;

/**
 * Links begin with `X-Forwarded-Prefix`, which a proxy sends that has taken a prefix away, else with the root path, under
 * which everything is found whether or not somebody takes it away; they are whole addresses when `X-Forwarded-Host` says
 * under which name the client knows the proxy.
 */
export function linksUnder(rootPath = ''): LinkTo {
  return (context, path) => {
    const forwarded = firstOf(context.get('X-Forwarded-Prefix'));
    const outer = soundPrefix.test(forwarded) ? forwarded.replace(/\/$/, '') : '';
    const isBelowBoth = outer !== rootPath && pathWithin(rootPath, pathOf(context.originalUrl)) !== undefined;
    const prefix = outer === '' || isBelowBoth ? outer + rootPath : outer;
    return originOf(context) + prefix + path;
  };
}

function originOf(context: Pick<Context, 'get'>): string {
  const host = firstOf(context.get('X-Forwarded-Host'));
  if (!soundHost.test(host)) return '';
  const protocol = firstOf(context.get('X-Forwarded-Proto')).toLowerCase();
  return `${protocol === 'https' ? 'https' : 'http'}://${host}`;
}

/** What follows the prefix; `undefined` when the path does not lie below it. */
function pathWithin(rootPath: string, path: string): string | undefined {
  if (rootPath === '' || !path.startsWith(rootPath)) return undefined;
  const inner = path.slice(rootPath.length);
  if (inner === '') return '/';
  return inner.startsWith('/') ? inner : undefined;
}

/** Proxies in a row put their values in a list; the first one is nearest to the client. */
const firstOf = (header: string): string => header.split(',', 1)[0]?.trim() ?? '';

const pathOf = (url: string): string => url.split('?', 1)[0] ?? '';
