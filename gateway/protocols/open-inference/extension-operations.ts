/** What the document says about Triton's extensions that are not offered here. */
import { settingsRequestSchema } from '../../wire/open-inference/request-schemas.ts';
import {
  logSettingsSchema,
  regionsSchema,
  traceSettingsSchema,
} from '../../wire/open-inference/response-schemas.ts';
import { errorAnswers, type ErrorStatus } from '../../wire/openapi/error-answers.ts';
import type { JsonSchema } from '../../wire/openapi/json-schema.ts';
import { modelParameter } from '../../wire/openapi/model-parameters.ts';
import type {
  BodyDescription,
  DescribedModel,
  UntaggedOperation,
  Parameter,
} from '../../wire/openapi/operation.ts';

export const extensionOperations = (models: readonly DescribedModel[]): readonly UntaggedOperation[] => [
  ...settingOperations('/v2/logging', { id: 'logSettings', of: 'the log', schema: logSettingsSchema }),
  ...settingOperations('/v2/trace/setting', {
    id: 'traceSettings',
    of: 'traces, which are not recorded here',
    schema: traceSettingsSchema,
  }),
  ...settingOperations('/v2/models/{model}/trace/setting', {
    id: 'modelTraceSettings',
    of: 'traces of a model, which are not recorded here',
    schema: traceSettingsSchema,
    parameters: [modelParameter(models)],
    refusals: [404, 503],
  }),
  ...sharedMemoryOperations('system', 'System'),
  ...sharedMemoryOperations('cuda', 'Cuda'),
];

interface Settings {
  readonly id: string;
  readonly of: string;
  readonly schema: JsonSchema;
  readonly parameters?: readonly Parameter[];
  readonly refusals?: readonly ErrorStatus[];
}

function settingOperations(
  path: string,
  { id, of, schema, parameters = [], refusals = [] }: Settings,
): readonly UntaggedOperation[] {
  const told = { description: 'The settings.', content: { 'application/json': { schema } } };
  return [
    {
      method: 'get',
      path,
      id,
      summary: `Tells the settings of ${of}`,
      parameters,
      answers: { 200: told, ...errorAnswers(...refusals) },
    },
    {
      method: 'post',
      path,
      id: `${id}ToChange`,
      summary: `Would change the settings of ${of}; refuses to`,
      parameters,
      body: settingsBody,
      answers: { 200: told, ...errorAnswers(400, ...refusals, 413, 415) },
    },
  ];
}

const settingsBody: BodyDescription = {
  description: 'The changes; without any it only tells the settings.',
  isRequired: false,
  content: {
    'application/json': {
      schema: settingsRequestSchema,
      examples: {
        none: { summary: 'No change', value: {}, status: 200 },
        some: { summary: 'A change', value: { log_verbose_level: 2 }, status: 400 },
      },
    },
  },
};

const regionParameter: Parameter = {
  name: 'region',
  in: 'path',
  description: 'The name of a region; there is none.',
  schema: { type: 'string', minLength: 1 },
  example: 'input',
};

function sharedMemoryOperations(kind: string, title: string): readonly UntaggedOperation[] {
  const place = `/v2/${kind}sharedmemory`;
  const region = { parameters: [regionParameter] };
  const unregistered = {
    200: {
      description: 'Nothing is registered.',
      content: { 'application/json': { schema: { title: 'Unregistered', type: 'object' } } },
    },
  } as const;
  return [
    {
      method: 'get',
      path: `${place}/status`,
      id: `regionsOf${title}Memory`,
      summary: 'Lists the regions of shared memory: none',
      answers: {
        200: { description: 'No region.', content: { 'application/json': { schema: regionsSchema } } },
      },
    },
    {
      ...region,
      method: 'get',
      path: `${place}/region/{region}/status`,
      id: `regionOf${title}Memory`,
      summary: 'Tells of a region of shared memory, which is not offered here',
      answers: errorAnswers(404),
    },
    {
      ...region,
      method: 'post',
      path: `${place}/region/{region}/register`,
      id: `register${title}Memory`,
      summary: 'Would register a region of shared memory, which is not offered here',
      answers: errorAnswers(400),
    },
    {
      method: 'post',
      path: `${place}/unregister`,
      id: `unregisterAll${title}Memory`,
      summary: 'Forgets all regions of shared memory',
      answers: unregistered,
    },
    {
      ...region,
      method: 'post',
      path: `${place}/region/{region}/unregister`,
      id: `unregister${title}Memory`,
      summary: 'Forgets a region of shared memory',
      answers: unregistered,
    },
  ];
}
