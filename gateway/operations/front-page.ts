/** Says at `GET /` what this server is and where to go next. */
import Router, { type RouterContext, type RouterMiddleware } from '@koa/router';

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
    context.body = {
      name,
      version,
      // Clients of KServe take a server for living by this word here.
      status: 'alive',
      links: Object.fromEntries(
        Object.entries(links).map(([title, path]) => [title, linkTo(context, path)] as const),
      ),
    };
  });
  return [router.routes(), router.allowedMethods()];
}
