/** Tells the client and the access log which model answered. */
import type { Context } from 'koa';

export function setModelHeader(
  context: Pick<Context, 'set'>,
  { name, version }: { readonly name: string; readonly version: number },
): void {
  context.set('X-Model', encodeURI(`${name}/${version}`));
}
