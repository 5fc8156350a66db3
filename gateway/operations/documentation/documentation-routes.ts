/** Serves the OpenAPI document, the pages that show it, and the `.proto` files. */
import Router, { type RouterContext, type RouterMiddleware } from '@koa/router';
import { ServingError } from '../../domain/errors.ts';
import type { ModelListing } from '../../inference/model-listing.ts';
import { openApiDocument } from '../../wire/openapi/openapi-document.ts';
import type { DescribeOperations, DescribedModel, Operation } from '../../wire/openapi/operation.ts';
import { describedModels } from './described-models.ts';
import { documentationOperations } from './documentation-operations.ts';
import { dialectOperations, modelOperations } from './model-scope.ts';
import { ProtoFiles } from './proto-files.ts';
import { swaggerAssets } from './swagger-assets.ts';
import { contentSecurityPolicy, rootFrom, swaggerPage } from './swagger-page.ts';

export interface DocumentationOptions {
  readonly version: string;
  /** Of every front-end but this one. */
  readonly operations: readonly DescribeOperations[];
  /** What the server has, asked for each document. */
  readonly listModels: () => readonly ModelListing[];
  readonly hasApiKey: boolean;
  /** The folder of the `.proto` files. */
  readonly protoFolder: string;
}

const title = 'Fovea';
const description = 'Turns pictures into classes. Every dialect here asks the same models.';

export function documentationRoutes(options: DocumentationOptions): RouterMiddleware[] {
  const { version, hasApiKey } = options;
  const protoFiles = new ProtoFiles(options.protoFolder);
  const router = new Router();

  const operationsOf = (context: RouterContext): readonly Operation[] => {
    const { model, version: modelVersion } = context.params;
    const models = describedModels(options.listModels());
    const describe = [...options.operations, documentationOperations(protoFiles.names)];
    const operations = describe.flatMap((one) => one(models));
    if (model !== undefined) {
      requireKnown(models, model, modelVersion);
      return modelOperations(operations, { model, version: modelVersion });
    }
    return context.path.startsWith('/v2/') ? dialectOperations(operations) : operations;
  };

  const document = (context: RouterContext): void => {
    const operations = operationsOf(context);
    const root = rootFrom(context.path);
    context.body = openApiDocument({ title, version, description, root, operations, hasApiKey });
  };

  const page = (context: RouterContext): void => {
    // Refused here already when there is no such model, not by a script in the page.
    operationsOf(context);
    const root = rootFrom(context.path);
    const isWhole = !context.path.startsWith('/v2/');
    const place = context.path.replace(/^\/|\/$/g, '');
    const documentPath = isWhole ? 'openapi.json' : `${place}/dataplane.json`;
    context.set('Content-Security-Policy', contentSecurityPolicy);
    context.set('X-Content-Type-Options', 'nosniff');
    context.set('Referrer-Policy', 'no-referrer');
    context.body = swaggerPage({ title, root, document: root + documentPath, version });
    context.type = 'text/html; charset=utf-8';
  };

  router.get('/openapi.json', document);
  router.get('/docs', page);
  router.get('/docs/assets/:file', async (context) => {
    const asset = swaggerAssets.get(context.params['file'] ?? '');
    if (asset === undefined) throw nothingThere('file of the documentation');
    context.body = await asset.read();
    context.type = asset.type;
    context.set('Cache-Control', 'public, max-age=86400');
    context.set('X-Content-Type-Options', 'nosniff');
  });
  router.get('/v2/docs', page);
  router.get('/v2/docs/dataplane.json', document);
  router.get('/v2/models/:model/docs', page);
  router.get('/v2/models/:model/docs/dataplane.json', document);
  router.get('/v2/models/:model/versions/:version/docs', page);
  router.get('/v2/models/:model/versions/:version/docs/dataplane.json', document);
  router.get('/protos', (context) => {
    context.body = { files: protoFiles.names };
  });
  router.get('/protos/*file', async (context) => {
    const text = await protoFiles.read(context.params['file'] ?? '');
    if (text === undefined) throw nothingThere('.proto file; GET /protos lists them');
    context.body = text;
    context.type = 'text/plain; charset=utf-8';
  });
  return [router.routes(), router.allowedMethods()];
}

/** @throws ServingError `model-not-found` */
function requireKnown(models: readonly DescribedModel[], name: string, version: string | undefined): void {
  const model = models.find((one) => one.name === name);
  if (model === undefined) {
    throw new ServingError(
      'model-not-found',
      'There is no model of that name. GET /classify lists those served.',
    );
  }
  if (version !== undefined && !model.versions.some((one) => String(one) === version)) {
    throw new ServingError(
      'model-not-found',
      'The model has no such version. GET /classify lists those served.',
    );
  }
}

function nothingThere(what: string): ServingError {
  return new ServingError('not-found', `There is no such ${what}.`);
}
