/** What the document says about TensorFlow Serving's REST API. */
import { errorAnswers } from '../../wire/openapi/error-answers.ts';
import type { JsonSchema } from '../../wire/openapi/json-schema.ts';
import { modelParameter, versionParameter } from '../../wire/openapi/model-parameters.ts';
import type {
  Answers,
  BodyDescription,
  DescribeOperations,
  DescribedModel,
  Example,
  Operation,
  Parameter,
} from '../../wire/openapi/operation.ts';
import {
  exampleExamplesRequest,
  examplePredictRequest,
  examplesRequestSchema,
  predictRequestSchema,
} from '../../wire/tensorflow-serving/request-schemas.ts';
import {
  classifyResponseSchema,
  modelMetadataSchema,
  modelStatusSchema,
  predictResponseSchema,
  regressResponseSchema,
} from '../../wire/tensorflow-serving/response-schemas.ts';

const tag = 'TensorFlow Serving';

const labelParameter: Parameter = {
  name: 'label',
  in: 'path',
  description: 'A label of a version, which the configuration gives.',
  schema: { type: 'string', minLength: 1 },
  example: 'stable',
};

/** A way to say which version is meant: what follows the model in the path, and in the name of the operation. */
interface VersionChoice {
  readonly place: string;
  readonly suffix: string;
  readonly parameters: readonly Parameter[];
}

export const tensorflowServingOperations: DescribeOperations = (models) => [
  ...versionChoices(models).flatMap(operationsOf),
  {
    method: 'get',
    path: '/monitoring/prometheus/metrics',
    id: 'servingMetrics',
    tag,
    summary: 'Counts requests and their latencies',
    answers: {
      200: {
        description: "The counters in Prometheus' text form.",
        content: { 'text/plain': { schema: { type: 'string' } } },
      },
    },
  },
];

function versionChoices(models: readonly DescribedModel[]): readonly VersionChoice[] {
  const model = modelParameter(models);
  return [
    { place: '', suffix: '', parameters: [model] },
    {
      place: '/versions/{version}',
      suffix: 'ByVersion',
      parameters: [model, versionParameter(models)],
    },
    { place: '/labels/{label}', suffix: 'ByLabel', parameters: [model, labelParameter] },
  ];
}

function operationsOf({ place, suffix, parameters }: VersionChoice): readonly Operation[] {
  const path = `/v1/models/{model}${place}`;
  return [
    {
      method: 'get',
      path,
      id: `servingStatus${suffix}`,
      tag,
      summary: 'Says the states of the versions',
      parameters,
      answers: {
        200: jsonAnswer('At least one of them can answer.', modelStatusSchema),
        503: jsonAnswer('None can answer now.', modelStatusSchema),
        ...errorAnswers(400, 404),
      },
    },
    {
      method: 'get',
      path: `${path}/metadata`,
      id: `servingMetadata${suffix}`,
      tag,
      summary: 'Says what the signatures of the model take and give',
      parameters,
      answers: {
        200: jsonAnswer('The signatures.', modelMetadataSchema),
        ...errorAnswers(400, 404, 503),
      },
    },
    inferenceOperation({
      path: `${path}:predict`,
      id: `servingPredict${suffix}`,
      summary: 'Runs a signature on tensors or pictures',
      parameters,
      body: jsonBody(predictRequestSchema, {
        picture: { summary: 'One picture', value: examplePredictRequest, status: 200 },
        nothing: { summary: 'Neither rows nor columns', value: {}, status: 400 },
      }),
      answer: predictResponseSchema,
    }),
    inferenceOperation({
      path: `${path}:classify`,
      id: `servingClassify${suffix}`,
      summary: 'Says the score of every class for each example',
      parameters,
      body: jsonBody(examplesRequestSchema, {
        picture: { summary: 'One picture', value: exampleExamplesRequest, status: 200 },
        nothing: { summary: 'No examples', value: { examples: [] }, status: 400 },
      }),
      answer: classifyResponseSchema,
    }),
    inferenceOperation({
      path: `${path}:regress`,
      id: `servingRegress${suffix}`,
      summary: 'Says one number for each example',
      parameters,
      body: jsonBody(examplesRequestSchema, {
        nothing: { summary: 'No examples', value: { examples: [] }, status: 400 },
      }),
      answer: regressResponseSchema,
    }),
  ];
}

function inferenceOperation({
  answer,
  ...particulars
}: Pick<Operation, 'path' | 'id' | 'summary' | 'parameters' | 'body'> & {
  readonly answer: JsonSchema;
}): Operation {
  return {
    ...particulars,
    method: 'post',
    tag,
    answers: {
      200: {
        ...jsonAnswer('The answer of the model.', answer),
        headers: { 'X-Model': 'The model that answered, and its version.' },
      },
      ...errorAnswers(400, 404, 413, 500, 502, 503, 504),
    },
  };
}

function jsonBody(schema: JsonSchema, examples: Readonly<Record<string, Example>>): BodyDescription {
  return {
    description:
      'JSON; the bare tokens `NaN` and `Infinity` are read, too. The type of the body does not matter.',
    content: { 'application/json': { schema, examples } },
  };
}

function jsonAnswer(description: string, schema: JsonSchema): Answers[number] {
  return { description, content: { 'application/json': { schema } } };
}
