/** Classify and Regress: asks a model about examples, and makes classes or values of its outputs. */
import type { CallerSignal } from '../../domain/caller-signal.ts';
import type { Signature, TensorSpecification } from '../../domain/engine.ts';
import { ServingError } from '../../domain/errors.ts';
import type { NumericTensor } from '../../domain/tensor.ts';
import { classifierOutputs } from '../../inference/picture-signature.ts';
import type { TensorInference, TensorTarget } from '../../inference/tensor-inference.ts';
import type { ClassifiedExamples, RegressedExamples } from './example-results.ts';
import type { ExampleInputs } from './example-tensors.ts';

export type ExampleVerb = 'classify' | 'regress';

export interface ExampleCall extends ExampleInputs {
  readonly target: TensorTarget;
  readonly signal: CallerSignal;
}

/** @throws ServingError `invalid-input` when the signature does not suit; the kinds of `TensorInference.infer` */
export async function classifyExamples(
  inference: TensorInference,
  call: ExampleCall,
): Promise<ClassifiedExamples> {
  const { signature, model } = call.target;
  const { name, isScored } = classOutput(signature);
  const tensor = await inferOutput(inference, call, name);
  return { tensor, count: call.count, isScored, labels: model.facts.labels };
}

/** @throws ServingError `invalid-input` when the signature does not suit; the kinds of `TensorInference.infer` */
export async function regressExamples(
  inference: TensorInference,
  call: ExampleCall,
): Promise<RegressedExamples> {
  const { name } = valueOutput(call.target.signature);
  return { tensor: await inferOutput(inference, call, name), count: call.count };
}

/** @throws ServingError `invalid-input` when the signature does not suit */
export function requireSuited(signature: Signature, verb: ExampleVerb): void {
  if (verb === 'classify') classOutput(signature);
  else valueOutput(signature);
}

function classOutput(signature: Signature): { readonly name: string; readonly isScored: boolean } {
  const { classes, scores } = classifierOutputs(signature, 1);
  const name = scores ?? classes;
  if (name !== undefined) return { name, isScored: scores !== undefined };
  throw unsuited(signature.name, 'gives neither classes [N] nor scores [N, classes]');
}

function valueOutput(signature: Signature): TensorSpecification {
  const suited = signature.outputs.filter(isRegression);
  const output = suited.find(({ name }) => name === 'outputs') ?? suited[0];
  if (output !== undefined) return output;
  throw unsuited(signature.name, 'gives no single number for an example');
}

function isRegression({ datatype, shape }: TensorSpecification): boolean {
  const isFloat = datatype === 'float32' || datatype === 'float64';
  return isFloat && (shape.length === 1 || (shape.length === 2 && shape[1] === 1));
}

async function inferOutput(
  inference: TensorInference,
  { target, inputs, signal }: ExampleCall,
  name: string,
): Promise<NumericTensor> {
  const outputs = await inference.infer(target, { inputs, outputs: [name] }, signal);
  const tensor = outputs.get(name);
  if (tensor !== undefined && tensor.datatype !== 'string') return tensor;
  throw new ServingError('model-failed', 'The model gave an answer of a datatype other than it declares.');
}

function unsuited(signatureName: string, lack: string): ServingError {
  return new ServingError('invalid-input', `The signature "${signatureName}" ${lack}; use Predict.`);
}
