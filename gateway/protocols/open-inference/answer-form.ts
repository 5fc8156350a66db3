/** Tells from a request in which form its client reads the answer. */
import { pictureInput } from '../../domain/picture-input.ts';
import type { TensorTarget } from '../../inference/tensor-inference.ts';
import type { InferInput, InferRequest } from '../../wire/open-inference/infer-request.ts';
import { isArrayArgument } from './signature-match.ts';

/**
 * `tensors`: the outputs of the model. `labels`: the five likeliest classes of each picture, as MLServer's runtime for
 * Hugging Face models answers. `classes`: the class of each row, as a function of MLServer's that returns an array does.
 */
export type AnswerForm = 'tensors' | 'labels' | 'classes';

export const labelsContentType = 'hg_jsonlist';
export const labelsOutput = 'output';
export const classesOutput = 'output-0';

/** What only clients of that runtime say about a request or an input. */
const runtimeContentTypes: ReadonlySet<unknown> = new Set([labelsContentType, 'hf', 'pillow_image']);

/**
 * Clients of the runtimes know no signature: they name arguments of functions, which no input of a model is called, or
 * say a content type. Whoever names inputs and outputs of the model gets the model's tensors.
 */
export function answerForm({ signature }: TensorTarget, request: InferRequest): AnswerForm {
  const [input, ...others] = request.inputs;
  if (input === undefined || others.length > 0) return 'tensors';
  if (pictureInput(signature) !== undefined) {
    return asksFor(labelsOutput, signature.outputs, request) && isForRuntime(input, signature.inputs, request)
      ? 'labels'
      : 'tensors';
  }
  const isArgument = isArrayArgument(input) && !isCalled(input.name, signature.inputs);
  return isArgument && asksFor(classesOutput, signature.outputs, request) ? 'classes' : 'tensors';
}

interface Named {
  readonly name: string;
}

/** By naming it, or by naming nothing. */
function asksFor(output: string, outputs: readonly Named[], { outputs: wanted }: InferRequest): boolean {
  return wanted.every(({ name, parameters }) => {
    if (parameters.get('content_type') === labelsContentType) return output === labelsOutput;
    return name === output && !isCalled(output, outputs);
  });
}

function isForRuntime(input: InferInput, inputs: readonly Named[], request: InferRequest): boolean {
  const contentTypes = [request, input, ...request.outputs].map(({ parameters }) =>
    parameters.get('content_type'),
  );
  const isBare = 'isBare' in input.tensor && input.tensor.isBare;
  return (
    isBare || !isCalled(input.name, inputs) || contentTypes.some((type) => runtimeContentTypes.has(type))
  );
}

const isCalled = (name: string, tensors: readonly Named[]): boolean =>
  tensors.some((one) => one.name === name);
