/** What the document says about the Open Inference Protocol. */
import { headLengthHeader } from '../../wire/open-inference/binary-tensor-extension.ts';
import { exampleInferRequest, inferRequestSchema } from '../../wire/open-inference/request-schemas.ts';
import {
  inferenceModelMetadataSchema,
  inferResponseSchema,
  liveSchema,
  modelConfigSchema,
  modelReadySchema,
  serverMetadataSchema,
  serverReadySchema,
  statisticsSchema,
} from '../../wire/open-inference/response-schemas.ts';
import { errorAnswers, type ErrorStatus } from '../../wire/openapi/error-answers.ts';
import type { JsonSchema } from '../../wire/openapi/json-schema.ts';
import { modelParameter, versionParameter } from '../../wire/openapi/model-parameters.ts';
import type {
  Answer,
  BodyDescription,
  DescribedModel,
  DescribeOperations,
  UntaggedOperation,
  Parameter,
} from '../../wire/openapi/operation.ts';
import { extensionOperations } from './extension-operations.ts';
import { repositoryOperations } from './repository-operations.ts';

export const openInferenceOperations: DescribeOperations = (models) =>
  operations(models).map((operation) => ({ ...operation, tag: 'Open Inference Protocol' }));

const operations = (models: readonly DescribedModel[]): readonly UntaggedOperation[] => [
  reading('/v2', 'serverMetadata', {
    summary: 'Says what this server is and which extensions it knows',
    schema: serverMetadataSchema,
  }),
  reading('/v2/health/live', 'serverLive', { summary: 'Says that the server lives', schema: liveSchema }),
  readiness('/v2/health/ready', 'serverReady', {
    summary: 'Says whether every model can answer',
    schema: serverReadySchema,
  }),
  reading('/v2/models/stats', 'statistics', {
    summary: 'Counts the inferences of every model',
    schema: statisticsSchema,
  }),
  ...versionChoices(models).flatMap(modelOperations),
  inferOperation('/v2/models/infer', {
    id: 'inferLoneModel',
    summary: 'Runs the only model there is',
    parameters: [],
  }),
  ...repositoryOperations(models),
  ...extensionOperations(models),
];

interface VersionChoice {
  readonly place: string;
  readonly suffix: string;
  readonly parameters: readonly Parameter[];
  /** Why the model cannot be found. */
  readonly refusals: readonly ErrorStatus[];
}

function versionChoices(models: readonly DescribedModel[]): readonly VersionChoice[] {
  const model = modelParameter(models);
  return [
    { place: '/v2/models/{model}', suffix: '', parameters: [model], refusals: [404] },
    {
      place: '/v2/models/{model}/versions/{version}',
      suffix: 'ByVersion',
      parameters: [model, versionParameter(models)],
      refusals: [400, 404],
    },
  ];
}

function modelOperations({
  place,
  suffix,
  parameters,
  refusals,
}: VersionChoice): readonly UntaggedOperation[] {
  const known = { parameters, refusals: [...refusals, 503] as const };
  return [
    reading(place, `modelMetadata${suffix}`, {
      ...known,
      summary: 'Says what the model takes and gives',
      schema: inferenceModelMetadataSchema,
    }),
    readiness(`${place}/ready`, `modelReady${suffix}`, {
      parameters,
      refusals,
      summary: 'Says whether the model can answer',
      schema: modelReadySchema,
    }),
    reading(`${place}/config`, `modelConfig${suffix}`, {
      ...known,
      summary: 'Says how the model is configured, in the words of Triton',
      schema: modelConfigSchema,
    }),
    reading(`${place}/stats`, `modelStatistics${suffix}`, {
      ...known,
      summary: 'Counts the inferences of the model',
      schema: statisticsSchema,
    }),
    inferOperation(`${place}/infer`, {
      id: `infer${suffix}`,
      summary: 'Runs the model on tensors or pictures',
      parameters,
    }),
  ];
}

function inferOperation(
  path: string,
  { parameters = [], ...particulars }: Pick<UntaggedOperation, 'id' | 'summary' | 'parameters'>,
): UntaggedOperation {
  return {
    ...particulars,
    method: 'post',
    path,
    parameters: [...parameters, headLengthParameter],
    body: inferBody,
    answers: { 200: inferAnswer, ...errorAnswers(400, 404, 413, 415, 500, 502, 503, 504) },
  };
}

const headLengthParameter: Parameter = {
  name: headLengthHeader,
  in: 'header',
  description:
    'How many bytes of the body are JSON, when tensors follow it as bytes; 0 when there is no JSON.',
  schema: { type: 'integer', minimum: 0 },
};

const inferBody: BodyDescription = {
  description: 'JSON, or JSON with bytes behind it, or the bytes of the only input, such as one picture.',
  content: {
    'application/json': {
      schema: inferRequestSchema,
      examples: {
        picture: { summary: 'One picture', value: exampleInferRequest, status: 200 },
        nothing: { summary: 'No inputs', value: { inputs: [] }, status: 400 },
      },
    },
    'application/octet-stream': {},
    'image/jpeg': {},
  },
};

const inferAnswer: Answer = {
  description: 'The outputs; as bytes behind the JSON where that was asked for.',
  content: { 'application/json': { schema: inferResponseSchema }, 'application/octet-stream': {} },
  headers: { 'X-Model': 'The model that answered, and its version.' },
};

interface Reading {
  readonly summary: string;
  readonly schema: JsonSchema;
  readonly parameters?: readonly Parameter[];
  readonly refusals?: readonly ErrorStatus[];
}

function reading(
  path: string,
  id: string,
  { schema, refusals = [], ...particulars }: Reading,
): UntaggedOperation {
  return {
    ...particulars,
    method: 'get',
    path,
    id,
    answers: {
      200: { description: 'The answer.', content: { 'application/json': { schema } } },
      ...errorAnswers(...refusals),
    },
  };
}

/** Said by the status for some clients, and by the body for others. */
function readiness(path: string, id: string, particulars: Reading): UntaggedOperation {
  const operation = reading(path, id, particulars);
  const { schema } = particulars;
  const answers = {
    ...operation.answers,
    200: { description: 'It is so.', content: { 'application/json': { schema } } },
    503: { description: 'It is not so.', content: { 'application/json': { schema } } },
  };
  return { ...operation, answers };
}
