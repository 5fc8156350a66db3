/** Schemas of the bodies of `:predict`, `:classify` and `:regress`; the readers beside them take what these admit. */
import { examplePicture } from '../openapi/example-picture.ts';
import type { JsonSchema } from '../openapi/json-schema.ts';

const signatureName: JsonSchema = {
  type: 'string',
  description: 'Which signature of the model to run; `serving_default` when empty or absent.',
};

const bytes: JsonSchema = {
  title: 'Bytes',
  type: 'object',
  properties: { b64: { type: 'string', contentEncoding: 'base64' } },
  required: ['b64'],
  additionalProperties: false,
};

const text: JsonSchema = { anyOf: [{ type: 'string' }, bytes] };

/** What stands in the rows and columns follows from the signature, which the metadata of the model tells. */
export const predictRequestSchema: JsonSchema = {
  title: 'PredictRequest',
  type: 'object',
  properties: {
    signature_name: signatureName,
    instances: {
      type: 'array',
      description: 'One row each: the value of the only input, or an object of values by input name.',
    },
    inputs: { description: 'The tensor of the only input, or an object of tensors by input name.' },
  },
  oneOf: [{ required: ['instances'] }, { required: ['inputs'] }],
};

const example: JsonSchema = {
  title: 'Example',
  description: 'Features by name: numbers, or texts, or bytes, one or a list.',
  type: 'object',
  additionalProperties: {
    anyOf: [
      { type: 'number' },
      { type: 'array', items: { type: 'number' } },
      text,
      { type: 'array', items: text },
    ],
  },
};

export const examplesRequestSchema: JsonSchema = {
  title: 'ExamplesRequest',
  type: 'object',
  properties: {
    signature_name: signatureName,
    context: example,
    examples: { type: 'array', items: example, minItems: 1 },
  },
  required: ['examples'],
};

export const examplePredictRequest: unknown = { instances: [{ b64: examplePicture }] };

export const exampleExamplesRequest: unknown = {
  examples: [{ 'image/encoded': { b64: examplePicture } }],
};
