/** The parameters by which paths name a model and its version. */
import type { DescribedModel, Parameter } from './operation.ts';

/** A choice of the models there are, so that trying a path out is a matter of clicks. */
export function modelParameter(models: readonly DescribedModel[]): Parameter {
  const names = models.map(({ name }) => name);
  return {
    name: 'model',
    in: 'path',
    description: 'The name of a model; `resnet` is the one that the server has chosen for it.',
    schema: names.length === 0 ? { type: 'string', minLength: 1 } : { type: 'string', enum: names },
  };
}

export function versionParameter([first]: readonly DescribedModel[]): Parameter {
  const [version] = first?.versions ?? [];
  return {
    name: 'version',
    in: 'path',
    description: 'One of the versions of the model that are served.',
    schema: { type: 'integer', minimum: 0 },
    ...(version === undefined ? {} : { example: version }),
  };
}
