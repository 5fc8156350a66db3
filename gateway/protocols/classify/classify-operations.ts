/** What the document says about the classify protocol. */
import { describePictureBody, type PictureFields } from '../../transports/http/picture-body.ts';
import { countSchema } from '../../transports/http/query-value.ts';
import { errorAnswers } from '../../wire/openapi/error-answers.ts';
import type { JsonSchema } from '../../wire/openapi/json-schema.ts';
import { modelParameter, versionParameter } from '../../wire/openapi/model-parameters.ts';
import type { DescribeOperations, Operation, Parameter } from '../../wire/openapi/operation.ts';

export const classifyFields: PictureFields = ['image'];

const tag = 'Classify';
const nullableText: JsonSchema = { type: ['string', 'null'] };

const predictionsSchema: JsonSchema = {
  type: 'array',
  items: {
    title: 'Prediction',
    type: 'object',
    properties: {
      class: { type: 'integer', minimum: 0 },
      label: nullableText,
      probability: { type: 'number', minimum: 0, maximum: 1 },
    },
    required: ['class', 'label', 'probability'],
  },
};

const classesSchema: JsonSchema = {
  title: 'Classes',
  description: 'A list of everything when several pictures came.',
  type: 'object',
  properties: {
    classes: { anyOf: [{ type: 'integer' }, { type: 'array', items: { type: 'integer' } }] },
    predictions: { anyOf: [predictionsSchema, { type: 'array', items: predictionsSchema }] },
  },
  required: ['classes'],
};

const stateSchema: JsonSchema = {
  type: 'string',
  enum: ['not-installed', 'waiting', 'loading', 'ready', 'failed'],
};

const listingSchema: JsonSchema = {
  title: 'Models',
  type: 'object',
  properties: {
    resnet: { ...nullableText, description: 'The model that answers as `resnet`.' },
    models: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          name: { type: 'string' },
          state: stateSchema,
          reason: { type: 'string' },
          versions: {
            type: 'array',
            items: {
              type: 'object',
              properties: {
                version: { type: 'integer' },
                label: { type: 'string', description: 'What its owner calls the version.' },
                state: stateSchema,
                reason: { type: 'string' },
              },
              required: ['version', 'state'],
            },
          },
          installedVersions: { type: 'array', items: { type: 'integer' } },
          classes: { type: ['integer', 'null'] },
          title: nullableText,
          licence: nullableText,
          huggingFaceId: { type: 'string', description: 'Which model of the Hugging Face hub it is.' },
          resnet: { type: 'boolean' },
          installCommand: { type: 'string' },
        },
        required: ['name', 'state', 'versions', 'installedVersions', 'classes', 'title', 'licence', 'resnet'],
      },
    },
  },
  required: ['resnet', 'models'],
};

const top: Parameter = {
  name: 'top',
  in: 'query',
  description: 'Adds so many of the likeliest classes; at most as many as the model has.',
  schema: countSchema,
};

export const classifyOperations: DescribeOperations = (models) => [
  {
    method: 'get',
    path: '/classify',
    id: 'listModels',
    tag,
    summary: 'Lists every model with its state',
    answers: {
      200: { description: 'Every model.', content: { 'application/json': { schema: listingSchema } } },
    },
  },
  classifyOperation({
    path: '/classify/{model}',
    id: 'classify',
    summary: 'Says the class of each picture',
    parameters: [modelParameter(models), top],
  }),
  classifyOperation({
    path: '/classify/{model}/versions/{version}',
    id: 'classifyByVersion',
    summary: 'Says the class of each picture, by one version of the model',
    parameters: [modelParameter(models), versionParameter(models), top],
  }),
];

function classifyOperation(
  particulars: Pick<Operation, 'path' | 'id' | 'summary' | 'parameters'>,
): Operation {
  return {
    ...particulars,
    method: 'post',
    tag,
    body: describePictureBody(classifyFields),
    answers: {
      200: {
        description: 'The classes.',
        content: {
          'application/json': {
            schema: classesSchema,
            examples: {
              one: { summary: 'One picture', value: { classes: 286 } },
              two: { summary: 'Two pictures', value: { classes: [286, 207] } },
            },
          },
        },
        headers: { 'X-Model': 'The model that answered, and its version.' },
      },
      ...errorAnswers(400, 404, 413, 415, 429, 500, 502, 503, 504),
    },
  };
}
