/** Classify and Regress: from examples to a model's inputs, and from its outputs to classes or values. */
import type { CallerSignal } from '../../domain/caller-signal.ts';
import type { Signature, TensorSpecification } from '../../domain/engine.ts';
import { ServingError } from '../../domain/errors.ts';
import type { Labels } from '../../domain/labels.ts';
import type { Tensor } from '../../domain/tensor.ts';
import { classifierOutputs, pictureInput } from '../../inference/picture-signature.ts';
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
 * Every class with its score, in the order of the classes; where the model gives no scores, the one class with none. The
 * labels are the model's own where it gives them, as TensorFlow's classifiers do.
 *
 * @throws ServingError `invalid-input` when examples or signature do not suit; the kinds of `TensorInference.infer`
 */
export async function classifyExamples(
  inference: TensorInference,
  call: ExampleCall,
): Promise<Classifications> {
  const { signature, model } = call.target;
  const { classes, scores } = classifierOutputs(signature, 1);
  const names = namesOutput(signature);
  const numbers = scores ?? (names === undefined ? classes : undefined);
  const wanted = [numbers, names].filter((name) => name !== undefined);
  if (wanted.length === 0) {
    throw unsuited(signature.name, 'gives neither classes [N] nor scores [N, classes]');
  }
  const outputs = await inferOutputs(inference, call, wanted);
  const { labels } = model.facts;
  if (names !== undefined) return namedClasses(outputs, { names, scores }, call.examples.length);
  return rowsOf(numeric(outputs, numbers), call.examples.length).map((row) => {
    if (scores === undefined) return row.map((index) => ({ label: labelOf(labels, index), score: 0 }));
    // Labels belong to one signature, and a name beside the wrong class is worse than none.
    const fitting = labels?.length === row.length ? labels : undefined;
    return row.map((score, index) => ({ label: labelOf(fitting, index), score }));
  });
}

/** The output of strings in which TensorFlow's classifiers name the classes of each example. */
function namesOutput({ outputs }: Signature): string | undefined {
  return outputs.find(
    ({ name, datatype, shape }) => name === 'classes' && datatype === 'string' && shape.length === 2,
  )?.name;
}

/** @throws ServingError `model-failed` when names and scores are not as many */
function namedClasses(
  outputs: ReadonlyMap<string, Tensor>,
  { names, scores }: { readonly names: string; readonly scores: string | undefined },
  count: number,
): Classifications {
  const tensor = outputs.get(names);
  if (tensor?.datatype !== 'string') throw strangeAnswer();
  const labels = {
    shape: tensor.shape,
    elements: tensor.elements.map((name) => Buffer.from(name).toString()),
  };
  const numbers = scores === undefined ? undefined : rowsOf(numeric(outputs, scores), count);
  return rowsOf(labels, count).map((row, index) => {
    const given = numbers?.[index];
    if (given !== undefined && given.length !== row.length) throw unfitShape();
    return row.map((label, k) => ({ label, score: given?.[k] ?? 0 }));
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
  const outputs = await inferOutputs(inference, call, [output.name]);
  return rowsOf(numeric(outputs, output.name), call.examples.length).map(([value = NaN]) => value);
}

function isRegression({ datatype, shape }: TensorSpecification): boolean {
  const isFloat = datatype === 'float32' || datatype === 'float64';
  return isFloat && (shape.length === 1 || (shape.length === 2 && shape[1] === 1));
}

async function inferOutputs(
  inference: TensorInference,
  { target, examples, signal }: ExampleCall,
  outputs: readonly string[],
): Promise<ReadonlyMap<string, Tensor>> {
  if (examples.length === 0) throw new ServingError('invalid-input', 'Input is empty');
  const picture = pictureInput(target.signature);
  const inputs = target.signature.inputs.map((input): readonly [string, Tensor] => {
    if (input.content === 'examples') return [input.name, serializedExamples(examples)];
    return [
      input.name,
      input === picture ? examplePictures(input, examples) : exampleTensor(input, examples),
    ];
  });
  return inference.infer(target, { inputs: new Map(inputs), outputs }, signal);
}

function numeric(outputs: ReadonlyMap<string, Tensor>, name = ''): Rows<number> {
  const tensor = outputs.get(name);
  if (tensor === undefined || tensor.datatype === 'string') throw strangeAnswer();
  return { shape: tensor.shape, elements: Array.from(tensor.elements, Number) };
}

interface Rows<Element> {
  readonly shape: readonly number[];
  readonly elements: readonly Element[];
}

/** @throws ServingError `model-failed` when the rows of the tensor are not those of the examples */
function rowsOf<Element>({ elements, shape }: Rows<Element>, count: number): readonly (readonly Element[])[] {
  if (shape[0] !== count || elements.length % count !== 0) throw unfitShape();
  const width = elements.length / count;
  return Array.from({ length: count }, (_, row) => elements.slice(row * width, (row + 1) * width));
}

function strangeAnswer(): ServingError {
  return new ServingError('model-failed', 'The model gave an answer of a datatype other than it declares.');
}

function unfitShape(): ServingError {
  return new ServingError('model-failed', 'The model gave an answer whose shape does not fit the examples.');
}

/** The number of a class stands for a label that nobody gave. */
function labelOf(labels: Labels | undefined, index: number): string {
  return labels?.[index] ?? String(index);
}

function unsuited(signatureName: string, lack: string): ServingError {
  return new ServingError('invalid-input', `The signature "${signatureName}" ${lack}; use Predict.`);
}
