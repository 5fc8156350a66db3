/** Schemas of the answers that the writers beside them give. */
import type { JsonSchema } from '../openapi/json-schema.ts';
import { modelVersionStates } from './status-json.ts';

const text: JsonSchema = { type: 'string' };

export const modelStatusSchema: JsonSchema = {
  title: 'ModelStatus',
  type: 'object',
  properties: {
    model_version_status: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          version: text,
          state: { type: 'string', enum: modelVersionStates },
          status: {
            type: 'object',
            properties: { error_code: text, error_message: text },
            required: ['error_code', 'error_message'],
          },
        },
        required: ['version', 'state', 'status'],
      },
    },
    name: { type: 'string', description: 'As asked for; what clients of KServe read, like `ready`.' },
    ready: { type: 'boolean' },
  },
  required: ['model_version_status', 'name', 'ready'],
};

const tensorsSchema: JsonSchema = {
  type: 'object',
  additionalProperties: {
    type: 'object',
    properties: {
      dtype: { type: 'string', description: "TensorFlow's name of the datatype, such as `DT_FLOAT`." },
      tensor_shape: {
        type: 'object',
        properties: {
          dim: {
            type: 'array',
            items: {
              type: 'object',
              properties: {
                size: { type: 'string', description: '`-1` when it varies.' },
                name: text,
              },
              required: ['size', 'name'],
            },
          },
          unknown_rank: { type: 'boolean' },
        },
        required: ['dim', 'unknown_rank'],
      },
      name: text,
    },
    required: ['dtype', 'tensor_shape', 'name'],
  },
};

export const modelMetadataSchema: JsonSchema = {
  title: 'ModelMetadata',
  type: 'object',
  properties: {
    model_spec: {
      type: 'object',
      properties: { name: text, signature_name: text, version: text },
      required: ['name', 'signature_name', 'version'],
    },
    metadata: {
      type: 'object',
      properties: {
        signature_def: {
          type: 'object',
          properties: {
            signature_def: {
              type: 'object',
              description: 'The signatures by name.',
              additionalProperties: {
                type: 'object',
                properties: { inputs: tensorsSchema, outputs: tensorsSchema, method_name: text },
                required: ['inputs', 'outputs', 'method_name'],
              },
            },
          },
          required: ['signature_def'],
        },
      },
      required: ['signature_def'],
    },
  },
  required: ['model_spec', 'metadata'],
};

/** Where a number is none, the bare token `NaN` stands in the body, as TensorFlow Serving writes it. */
export const predictResponseSchema: JsonSchema = {
  title: 'PredictResponse',
  type: 'object',
  properties: {
    predictions: { type: 'array', description: 'One row for each of `instances`.' },
    outputs: { description: 'When `inputs` were sent: the only output, or an object of outputs by name.' },
  },
  oneOf: [{ required: ['predictions'] }, { required: ['outputs'] }],
};

export const classifyResponseSchema: JsonSchema = {
  title: 'ClassifyResponse',
  type: 'object',
  properties: {
    results: {
      type: 'array',
      items: {
        type: 'array',
        description: 'Of one example, every class: its label and its score.',
        items: { type: 'array', items: { type: ['string', 'number'] }, minItems: 2 },
      },
    },
  },
  required: ['results'],
};

export const regressResponseSchema: JsonSchema = {
  title: 'RegressResponse',
  type: 'object',
  properties: { results: { type: 'array', items: { type: 'number' } } },
  required: ['results'],
};
