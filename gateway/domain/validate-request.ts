/** Checks a request against a signature before any engine spends work on it. */
import type { InferenceRequest, Signature, TensorSpecification } from './engine.ts';
import { ServingError } from './errors.ts';
import { elementCount } from './tensor.ts';
import type { Tensor, TensorHead } from './tensor.ts';

/** @throws ServingError `invalid-input`: the sentence names the input or output, what it must be and what was given. */
export function validateRequest(signature: Signature, { inputs, outputs }: InferenceRequest): void {
  validateInputNames(signature, [...inputs.keys()]);
  for (const specification of signature.inputs) {
    const tensor = inputs.get(specification.name);
    if (tensor === undefined) throw invalid(`The input "${specification.name}" is missing.`);
    validateTensor(specification, tensor);
  }
  const answers = signature.outputs.map(({ name }) => name);
  const wanted = new Set<string>();
  for (const name of outputs ?? []) {
    if (!answers.includes(name))
      throw invalid(`There is no output "${name}"; the outputs are ${list(answers)}.`);
    // A few bytes for each time would have it computed and sent as often.
    if (wanted.has(name)) throw invalid(`The output "${name}" is asked for twice; name each once.`);
    wanted.add(name);
  }
}

/** @throws ServingError `invalid-input` for a name that no input of the signature bears */
export function validateInputNames(signature: Signature, names: readonly string[]): void {
  const known = signature.inputs.map(({ name }) => name);
  for (const name of names) {
    if (!known.includes(name)) throw invalid(`There is no input "${name}"; the inputs are ${list(known)}.`);
  }
}

function validateTensor(specification: TensorSpecification, tensor: Tensor): void {
  validateHead(specification, tensor);
  const { length } = tensor.elements;
  const count = elementCount(tensor.shape);
  if (length !== count) {
    throw invalid(
      `The input "${specification.name}" of shape ${sizes(tensor.shape)} must have ${count} elements, not ${length}.`,
    );
  }
}

/** @throws ServingError `invalid-input` for what no elements could make a tensor of the specification */
export function validateHead({ name, datatype, shape }: TensorSpecification, tensor: TensorHead): void {
  if (tensor.datatype !== datatype) {
    throw invalid(`The input "${name}" must be of datatype ${datatype}, not ${tensor.datatype}.`);
  }
  const fits =
    shape.length === tensor.shape.length &&
    shape.every((size, k) => size === null || size === tensor.shape[k]);
  if (!fits) {
    throw invalid(`The input "${name}" must have the shape ${sizes(shape)}, not ${sizes(tensor.shape)}.`);
  }
  if (elementCount(tensor.shape) === 0) {
    throw invalid(`The input "${name}" is empty: its shape is ${sizes(tensor.shape)}.`);
  }
}

/** Sizes known only at run time are written as question marks. */
function sizes(shape: readonly (number | null)[]): string {
  return `[${shape.map((size) => size ?? '?').join(', ')}]`;
}

function list(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}

function invalid(sentence: string): ServingError {
  return new ServingError('invalid-input', sentence);
}
