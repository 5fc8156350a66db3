/** What the document says about itself, its pages and the `.proto` files. */
import { errorAnswers } from '../../wire/openapi/error-answers.ts';
import type { JsonSchema } from '../../wire/openapi/json-schema.ts';
import { modelParameter, versionParameter } from '../../wire/openapi/model-parameters.ts';
import type { Answers, DescribeOperations, Operation, Parameter } from '../../wire/openapi/operation.ts';
import { swaggerAssets } from './swagger-assets.ts';

const tag = 'Documentation';

const documentSchema: JsonSchema = {
  title: 'OpenApiDocument',
  type: 'object',
  properties: {
    openapi: { type: 'string' },
    info: { type: 'object' },
    paths: { type: 'object' },
  },
  required: ['openapi', 'info', 'paths'],
};

const pageSchema: JsonSchema = { type: 'string' };

/** @param protoNames of the `.proto` files */
export function documentationOperations(protoNames: readonly string[]): DescribeOperations {
  return (models) => {
    const model = modelParameter(models);
    return [
      read({ path: '/openapi.json', id: 'openApi', summary: 'This document' }, documentAnswer),
      read({ path: '/docs', id: 'docs', summary: 'A page that shows this document' }, pageAnswer),
      read(
        {
          path: '/docs/assets/{file}',
          id: 'docsAsset',
          summary: 'A file of that page',
          parameters: [choice('file', 'Its name.', [...swaggerAssets.keys()])],
        },
        {
          200: {
            description: 'The file.',
            content: { 'text/javascript': {}, 'text/css': {}, 'image/png': {} },
          },
          ...errorAnswers(404),
        },
      ),
      ...scoped('/v2', { suffix: '', what: 'the Open Inference Protocol' }),
      ...scoped('/v2/models/{model}', { suffix: 'OfModel', what: 'one model', parameters: [model] }),
      ...scoped('/v2/models/{model}/versions/{version}', {
        suffix: 'OfVersion',
        what: 'one version of a model',
        parameters: [model, versionParameter(models)],
      }),
      read(
        {
          path: '/protos',
          id: 'listProtos',
          summary: 'The names of the `.proto` files of the gRPC services',
        },
        {
          200: {
            description: 'The names, each relative to one folder, as they import each other.',
            content: {
              'application/json': {
                schema: {
                  title: 'ProtoNames',
                  type: 'object',
                  properties: { files: { type: 'array', items: { type: 'string' } } },
                  required: ['files'],
                },
              },
            },
          },
        },
      ),
      read(
        {
          path: '/protos/{file}',
          id: 'proto',
          summary: 'A `.proto` file',
          parameters: [choice('file', 'Its name; slashes may stand in it as they are.', protoNames)],
        },
        {
          200: { description: 'The file.', content: { 'text/plain': { schema: pageSchema } } },
          ...errorAnswers(404),
        },
      ),
    ];
  };
}

interface Scope {
  readonly suffix: string;
  readonly what: string;
  readonly parameters?: readonly Parameter[];
}

function scoped(place: string, { suffix, what, parameters = [] }: Scope): readonly Operation[] {
  const refusals = parameters.length === 0 ? {} : errorAnswers(404);
  return [
    read(
      { path: `${place}/docs`, id: `dialectDocs${suffix}`, summary: `A page about ${what}`, parameters },
      { ...pageAnswer, ...refusals },
    ),
    read(
      {
        path: `${place}/docs/dataplane.json`,
        id: `dialectOpenApi${suffix}`,
        summary: `The part of this document that is about ${what}`,
        parameters,
      },
      { ...documentAnswer, ...refusals },
    ),
  ];
}

const documentAnswer: Answers = {
  200: {
    description: 'An OpenAPI 3.1 document.',
    content: { 'application/json': { schema: documentSchema } },
  },
};

const pageAnswer: Answers = {
  200: { description: 'A page.', content: { 'text/html': { schema: pageSchema } } },
};

function read(
  particulars: Pick<Operation, 'path' | 'id' | 'summary' | 'parameters'>,
  answers: Answers,
): Operation {
  return { ...particulars, method: 'get', tag, answers };
}

function choice(name: string, description: string, values: readonly string[]): Parameter {
  return { name, in: 'path', description, schema: { type: 'string', enum: values } };
}
