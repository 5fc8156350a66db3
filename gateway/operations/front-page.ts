/** Says at `GET /` what this server is and where to go next. */
import Router, { type RouterMiddleware } from '@koa/router';

export interface FrontPageOptions {
  readonly name: string;
  readonly version: string;
}

export function frontPage({ name, version }: FrontPageOptions): RouterMiddleware[] {
  const router = new Router();
  router.get('/', (context) => {
    context.body = {
      name,
      version,
      links: { classify: '/classify/resnet', models: '/classify', health: '/health', ready: '/ready' },
    };
  });
  return [router.routes(), router.allowedMethods()];
}
