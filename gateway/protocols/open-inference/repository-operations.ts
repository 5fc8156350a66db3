/** What the document says about the model repository extension. */
import { indexRequestSchema } from '../../wire/open-inference/request-schemas.ts';
import { indexSchema, loadedSchema, unloadedSchema } from '../../wire/open-inference/response-schemas.ts';
import { errorAnswers, type ErrorStatus } from '../../wire/openapi/error-answers.ts';
import type { JsonSchema } from '../../wire/openapi/json-schema.ts';
import { modelParameter } from '../../wire/openapi/model-parameters.ts';
import type {
  BodyDescription,
  DescribedModel,
  UntaggedOperation,
  Parameter,
} from '../../wire/openapi/operation.ts';

const repositoryParameter: Parameter = {
  name: 'repository',
  in: 'path',
  description: 'Any name but `models`: there is one repository.',
  schema: { type: 'string', minLength: 1 },
  example: 'fovea',
};

export const repositoryOperations = (models: readonly DescribedModel[]): readonly UntaggedOperation[] => {
  const model = modelParameter(models);
  return [
    ...operationsAt('/v2/repository', { suffix: '', parameters: [], refusals: [], model }),
    ...operationsAt('/v2/repository/{repository}', {
      suffix: 'OfRepository',
      parameters: [repositoryParameter],
      refusals: [404],
      model,
    }),
  ];
};

interface Place {
  readonly suffix: string;
  readonly parameters: readonly Parameter[];
  readonly refusals: readonly ErrorStatus[];
  readonly model: Parameter;
}

function operationsAt(
  place: string,
  { suffix, parameters, refusals, model }: Place,
): readonly UntaggedOperation[] {
  const control = { parameters: [...parameters, model] };
  return [
    {
      method: 'post',
      path: `${place}/index`,
      id: `repositoryIndex${suffix}`,
      summary: 'Lists the models with their states',
      parameters,
      body: indexBody,
      answers: {
        200: { description: 'Every model.', content: { 'application/json': { schema: indexSchema } } },
        ...errorAnswers(400, ...refusals, 413, 415),
      },
    },
    controlOperation(`${place}/models/{model}/load`, loadedSchema, {
      ...control,
      refusals: [404, 405, 503],
      id: `loadModel${suffix}`,
      summary: 'Loads a model, or loads it anew',
    }),
    controlOperation(`${place}/models/{model}/unload`, unloadedSchema, {
      ...control,
      refusals: [404, 405],
      id: `unloadModel${suffix}`,
      summary: 'Releases a model, which then cannot answer',
    }),
  ];
}

const indexBody: BodyDescription = {
  description: 'What to list; everything when empty.',
  isRequired: false,
  content: {
    'application/json': {
      schema: indexRequestSchema,
      examples: {
        ready: { summary: 'Those that can answer', value: { ready: true }, status: 200 },
        text: { summary: 'A text for a truth', value: { ready: 'yes' }, status: 400 },
      },
    },
  },
};

function controlOperation(
  path: string,
  schema: JsonSchema,
  {
    refusals,
    ...particulars
  }: Pick<UntaggedOperation, 'id' | 'summary' | 'parameters'> & { readonly refusals: readonly ErrorStatus[] },
): UntaggedOperation {
  return {
    ...particulars,
    method: 'post',
    path,
    description: 'Only where the server allows it: `MODEL_CONTROL=explicit`.',
    answers: {
      200: { description: 'It is done.', content: { 'application/json': { schema } } },
      ...errorAnswers(...refusals),
    },
  };
}
