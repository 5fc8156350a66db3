/** Says the content types of a request that does not say them, as MLServer does by the settings of the model. */
import type { UsualContentTypes } from '../../domain/model.ts';
import type { InferParameters, InferRequest } from '../../wire/open-inference/infer-request.ts';
import { labelsContentType } from './answer-form.ts';

const key = 'content_type';

/** What a request says itself always wins, and what an input says wins over what is usual for the request. */
export function withUsualContentTypes(
  request: InferRequest,
  usual: UsualContentTypes | undefined,
): InferRequest {
  if (usual === undefined) return request;
  // Only this one decides what an answer is; outputs of other types are the model's own tensors.
  const isForLabels = usual.outputs.includes(labelsContentType);
  const ofRequest = isForLabels ? labelsContentType : usual.request;
  return {
    ...request,
    parameters: saying(request.parameters, ofRequest),
    inputs: request.inputs.map((input) => ({
      ...input,
      parameters: saying(input.parameters, usual.inputs.get(input.name) ?? usual.request),
    })),
  };
}

function saying(parameters: InferParameters, type: string | undefined): InferParameters {
  if (type === undefined || parameters.has(key)) return parameters;
  return new Map([...parameters, [key, type]]);
}
