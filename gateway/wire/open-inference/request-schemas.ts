/** Schemas of the bodies of an inference and of the repository's index; the readers beside them take what these admit. */
import { examplePicture } from '../openapi/example-picture.ts';
import type { JsonSchema } from '../openapi/json-schema.ts';
import { datatypeNames } from './datatypes.ts';

const parameters: JsonSchema = {
  type: ['object', 'null'],
  description: 'Parameters of the extensions, by name; unknown ones are passed over.',
};

export const inferRequestSchema: JsonSchema = {
  title: 'InferRequest',
  type: 'object',
  properties: {
    id: { type: ['string', 'null'], description: 'Comes back in the answer; one is made when absent.' },
    parameters,
    inputs: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        properties: {
          name: { type: 'string' },
          shape: { type: 'array', items: { type: 'integer', minimum: 0 } },
          datatype: { type: 'string', enum: datatypeNames },
          parameters,
          data: {
            type: ['array', 'string', 'number', 'boolean', 'null'],
            description:
              'The elements in row-major order, flat or nested. Pictures are BYTES: base64 in JSON. ' +
              'Absent when the bytes follow the JSON.',
          },
        },
        required: ['name', 'shape', 'datatype'],
      },
    },
    outputs: {
      type: ['array', 'null'],
      description: 'Which outputs to give; all when absent.',
      items: {
        type: 'object',
        properties: { name: { type: 'string' }, parameters },
        required: ['name'],
      },
    },
  },
  required: ['inputs'],
};

export const exampleInferRequest: unknown = {
  inputs: [{ name: 'image', shape: [1], datatype: 'BYTES', data: [examplePicture] }],
};

export const indexRequestSchema: JsonSchema = {
  title: 'IndexRequest',
  type: 'object',
  properties: {
    ready: { type: 'boolean', description: 'Whether to leave out models that cannot answer.' },
  },
};

export const settingsRequestSchema: JsonSchema = {
  title: 'SettingsRequest',
  type: 'object',
  description: 'What is to change, by name.',
};
