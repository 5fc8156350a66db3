/** What the document says about the protocol of the usual FastAPI classifiers. */
import { describePictureBody, type PictureFields } from '../../transports/http/picture-body.ts';
import { countSchema, switchSchema } from '../../transports/http/query-value.ts';
import { errorAnswers } from '../../wire/openapi/error-answers.ts';
import type { JsonSchema } from '../../wire/openapi/json-schema.ts';
import type { DescribeOperations, Operation, Parameter } from '../../wire/openapi/operation.ts';

export const predictFields: PictureFields = ['file', 'image'];

const processingTime: JsonSchema = {
  type: 'number',
  minimum: 0,
  description: 'Seconds that all pictures of the request took.',
};

const rankedProperties: Readonly<Record<string, JsonSchema>> = {
  class_id: { type: 'integer', minimum: 0 },
  confidence: { type: 'number', minimum: 0, maximum: 1 },
  label: { type: ['string', 'null'] },
};

const bestSchema: JsonSchema = {
  title: 'BestPrediction',
  type: 'object',
  properties: {
    ...rankedProperties,
    processing_time: processingTime,
    gpu_utilization: {
      type: ['number', 'null'],
      minimum: 0,
      maximum: 1,
      description: '`null` without a GPU.',
    },
  },
  required: ['class_id', 'confidence', 'processing_time', 'gpu_utilization'],
};

const topSchema: JsonSchema = {
  title: 'TopPredictions',
  type: 'object',
  properties: {
    predictions: {
      type: 'array',
      items: { type: 'object', properties: rankedProperties, required: ['class_id', 'confidence'] },
    },
    processing_time: processingTime,
  },
  required: ['predictions', 'processing_time'],
};

const labels: Parameter = {
  name: 'labels',
  in: 'query',
  description: 'Whether to name the classes; the name of the parameter alone means that, too.',
  schema: switchSchema,
};

const k: Parameter = {
  name: 'k',
  in: 'query',
  description: 'How many of the likeliest classes to give, 5 unless given; at most as many as the model has.',
  schema: countSchema,
};

export const predictOperations: DescribeOperations = () => [
  predictOperation(bestSchema, {
    path: '/predict',
    id: 'predict',
    summary: 'Says the likeliest class of each picture',
    parameters: [labels],
  }),
  predictOperation(topSchema, {
    path: '/predict/top',
    id: 'predictTop',
    summary: 'Says the likeliest classes of each picture',
    parameters: [k, labels],
  }),
];

function predictOperation(
  schema: JsonSchema,
  particulars: Pick<Operation, 'path' | 'id' | 'summary' | 'parameters'>,
): Operation {
  return {
    ...particulars,
    method: 'post',
    tag: 'Predict',
    isGuarded: true,
    description:
      'The model is the one called `resnet`. Classes are counted from 0 without a background class.',
    body: describePictureBody(predictFields),
    answers: {
      200: {
        description: 'What the picture shows; a list of that when several pictures came.',
        content: { 'application/json': { schema: { anyOf: [schema, { type: 'array', items: schema }] } } },
        headers: { 'X-Model': 'The model that answered, and its version.' },
      },
      ...errorAnswers(400, 401, 404, 413, 415, 429, 500, 502, 503, 504),
    },
  };
}
