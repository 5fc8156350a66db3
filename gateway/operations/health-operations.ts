/** What the document says about health and readiness. */
import type { JsonSchema } from '../wire/openapi/json-schema.ts';
import type { DescribeOperations } from '../wire/openapi/operation.ts';

const tag = 'Operations';
const texts: JsonSchema = { type: 'array', items: { type: 'string' } };

export const healthOperations: DescribeOperations = () => [
  {
    method: 'get',
    path: '/health',
    id: 'health',
    tag,
    summary: 'Says that the process lives',
    answers: {
      200: {
        description: 'It does.',
        content: {
          'application/json': {
            schema: {
              title: 'Health',
              type: 'object',
              properties: {
                status: { type: 'string', enum: ['healthy'] },
                model_loaded: { type: 'boolean', description: 'Whether the model `resnet` can answer.' },
                gpu_available: { type: 'boolean' },
              },
              required: ['status', 'model_loaded', 'gpu_available'],
            },
          },
        },
      },
    },
  },
  {
    method: 'get',
    path: '/ready',
    id: 'ready',
    tag,
    summary: 'Says whether every model to serve can answer',
    answers: {
      200: {
        description: 'Every one can.',
        content: {
          'application/json': {
            schema: {
              title: 'Ready',
              type: 'object',
              properties: { status: { type: 'string', enum: ['ready'] }, models: texts },
              required: ['status', 'models'],
            },
          },
        },
      },
      503: {
        description: 'Not all can, for these reasons.',
        content: {
          'application/json': {
            schema: {
              title: 'NotReady',
              type: 'object',
              properties: {
                status: { type: 'string', enum: ['not ready'] },
                error: { type: 'string' },
                reasons: texts,
              },
              required: ['status', 'error', 'reasons'],
            },
          },
        },
      },
    },
  },
];
