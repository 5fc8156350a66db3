/** Classify and Regress: from examples to a model's inputs, and from its outputs to classes or values. */
import type { CallerSignal } from '../../domain/caller-signal.ts';
import type { TensorSpecification } from '../../domain/engine.ts';
import { ServingError } from '../../domain/errors.ts';
import type { Labels } from '../../domain/labels.ts';
import { pictureInput } from '../../domain/picture-input.ts';
import type { NumericTensor, Tensor } from '../../domain/tensor.ts';
import { classifierOutputs } from '../../inference/picture-signature.ts';
import type { TensorInference, TensorTarget } from '../../inference/tensor-inference.ts';
import type { Classifications } from '../../wire/tensorflow-serving/classify-results.ts';
import type { Example } from '../../wire/tensorflow-serving/example.ts';
import { examplePictures, exampleTensor, serializedExamples } from './example-tensors.ts';

export interface ExampleCall {
  readonly target: TensorTarget;
  readonly examples: readonly Example[];
  readonly signal: CallerSignal;
}

/**
 * Every class with its score, in the order of the classes; where the model gives no scores, the one class with none.
 *
 * @throws ServingError `invalid-input` when examples or signature do not suit; the kinds of `TensorInference.infer`
 */
export async function classifyExamples(
  inference: TensorInference,
  call: ExampleCall,
): Promise<Classifications> {
  const { signature, model } = call.target;
  const { classes, scores } = classifierOutputs(signature, 1);
  const wanted = scores ?? classes;
  if (wanted === undefined) {
    throw unsuited(signature.name, 'gives neither classes [N] nor scores [N, classes]');
  }
  const tensor = await inferOutput(inference, call, wanted);
  const { labels } = model.facts;
  return rowsOf(tensor, call.examples.length).map((row) => {
    if (scores === undefined) return row.map((index) => ({ label: labelOf(labels, index), score: 0 }));
    // Labels belong to one signature, and a name beside the wrong class is worse than none.
    const fitting = labels?.length === row.length ? labels : undefined;
    return row.map((score, index) => ({ label: labelOf(fitting, index), score }));
  });
}

/**
 * One value an example.
 *
 * @throws ServingError `invalid-input` when examples or signature do not suit; the kinds of `TensorInference.infer`
 */
export async function regressExamples(
  inference: TensorInference,
  call: ExampleCall,
): Promise<readonly number[]> {
  const { signature } = call.target;
  const suited = signature.outputs.filter(isRegression);
  const output = suited.find(({ name }) => name === 'outputs') ?? suited[0];
  if (output === undefined) throw unsuited(signature.name, 'gives no single number for an example');
  const tensor = await inferOutput(inference, call, output.name);
  return rowsOf(tensor, call.examples.length).map(([value = NaN]) => value);
}

function isRegression({ datatype, shape }: TensorSpecification): boolean {
  const isFloat = datatype === 'float32' || datatype === 'float64';
  return isFloat && (shape.length === 1 || (shape.length === 2 && shape[1] === 1));
}

async function inferOutput(
  inference: TensorInference,
  { target, examples, signal }: ExampleCall,
  name: string,
): Promise<NumericTensor> {
  if (examples.length === 0) throw new ServingError('invalid-input', 'Input is empty');
  const picture = pictureInput(target.signature);
  const inputs = target.signature.inputs.map((input): readonly [string, Tensor] => {
    if (input.content === 'examples') return [input.name, serializedExamples(examples)];
    return [
      input.name,
      input === picture ? examplePictures(input, examples) : exampleTensor(input, examples),
    ];
  });
  const outputs = await inference.infer(target, { inputs: new Map(inputs), outputs: [name] }, signal);
  const tensor = outputs.get(name);
  if (tensor !== undefined && tensor.datatype !== 'string') return tensor;
  throw new ServingError('model-failed', 'The model gave an answer of a datatype other than it declares.');
}

/** @throws ServingError `model-failed` when the rows of the tensor are not those of the examples */
function rowsOf({ elements, shape }: NumericTensor, count: number): readonly (readonly number[])[] {
  if (shape[0] !== count || elements.length % count !== 0) {
    throw new ServingError('model-failed', 'The model gave an answer whose shape does not fit the examples.');
  }
  const width = elements.length / count;
  const numbers = Array.from(elements, Number);
  return Array.from({ length: count }, (_, row) => numbers.slice(row * width, (row + 1) * width));
}

/** The number of a class stands for a label that nobody gave. */
function labelOf(labels: Labels | undefined, index: number): string {
  return labels?.[index] ?? String(index);
}

function unsuited(signatureName: string, lack: string): ServingError {
  return new ServingError('invalid-input', `The signature "${signatureName}" ${lack}; use Predict.`);
}
