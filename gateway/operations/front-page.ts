/** Says at `GET /` what this server is and where to go next. */
import Router, { type RouterContext, type RouterMiddleware } from '@koa/router';
import { frontPageHtml, frontPageSecurityPolicy } from './front-page-html.ts';

export interface FrontPageOptions {
  readonly name: string;
  readonly version: string;
  /** A link that works where the client is; paths as they are when absent. */
  readonly linkTo?: (context: RouterContext, path: string) => string;
}

const links = {
  classify: '/classify/resnet',
  models: '/classify',
  predict: '/predict',
  health: '/health',
  ready: '/ready',
  docs: '/docs',
  openapi: '/openapi.json',
};

export function frontPage({
  name,
  version,
  linkTo = (_, path) => path,
}: FrontPageOptions): RouterMiddleware[] {
  const router = new Router();
  router.get('/', (context) => {
    const addresses = Object.fromEntries(
      Object.entries(links).map(([title, path]) => [title, linkTo(context, path)] as const),
    );
    context.vary('Accept');
    // Programs that take anything get JSON.
    if (context.accepts('json', 'html') === 'html') {
      context.set('Content-Security-Policy', frontPageSecurityPolicy);
      context.set('X-Content-Type-Options', 'nosniff');
      context.type = 'text/html; charset=utf-8';
      context.body = frontPageHtml({ name, version, links: browsable(addresses) });
      return;
    }
    // Clients of KServe take a server for living by this word here.
    context.body = { name, version, status: 'alive', links: addresses };
  });
  return [router.routes(), router.allowedMethods()];
}

/** Those that answer a browser, which only reads. */
function browsable(addresses: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const posted: readonly string[] = ['classify', 'predict'];
  return Object.fromEntries(Object.entries(addresses).filter(([title]) => !posted.includes(title)));
}
