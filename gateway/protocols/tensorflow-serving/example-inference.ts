/** Classify and Regress: asks a model about examples, and makes classes or values of its outputs. */
import type { CallerSignal } from '../../domain/caller-signal.ts';
import type { OutputSpecification, Signature } from '../../domain/engine.ts';
import { ServingError } from '../../domain/errors.ts';
import type { NumericTensor, StringTensor, Tensor } from '../../domain/tensor.ts';
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
  const { scores, classes, names } = classOutputs(signature);
  const wanted = [scores, classes, names].filter((name) => name !== undefined);
  const outputs = await inferOutputs(inference, call, wanted);
  return {
    count: call.count,
    scores: scores === undefined ? undefined : numbersIn(outputs, scores),
    classes: classes === undefined ? undefined : numbersIn(outputs, classes),
    names: names === undefined ? undefined : stringsIn(outputs, names),
    labels: model.facts.labels,
  };
}

/** @throws ServingError `invalid-input` when the signature does not suit; the kinds of `TensorInference.infer` */
export async function regressExamples(
  inference: TensorInference,
  call: ExampleCall,
): Promise<RegressedExamples> {
  const { name } = valueOutput(call.target.signature);
  const outputs = await inferOutputs(inference, call, [name]);
  return { tensor: numbersIn(outputs, name), count: call.count };
}

/** @throws ServingError `invalid-input` when the signature does not suit */
export function requireSuited(signature: Signature, verb: ExampleVerb): void {
  if (verb === 'classify') classOutputs(signature);
  else valueOutput(signature);
}

interface ClassOutputs {
  readonly scores: string | undefined;
  /** The class of each row; not asked for where something better is there. */
  readonly classes: string | undefined;
  readonly names: string | undefined;
}

/** TensorFlow's signatures of this method give the names of the classes as strings, beside the scores. */
function classOutputs(signature: Signature): ClassOutputs {
  const { classes, ...ranked } = classifierOutputs(signature, 1);
  const scores = ranked.scores ?? signature.outputs.find(areOpenScores)?.name;
  const names = signature.outputs.find(
    ({ name, datatype, shape }) =>
      name === 'classes' && datatype === 'string' && (shape === undefined || shape.length === 2),
  )?.name;
  if (scores === undefined && names === undefined && classes === undefined) {
    throw unsuited(signature.name, 'gives neither classes [N] nor scores [N, classes]');
  }
  const isBetterThere = scores !== undefined || names !== undefined;
  return { scores, classes: isBetterThere ? undefined : classes, names };
}

function valueOutput(signature: Signature): OutputSpecification {
  const suited = signature.outputs.filter(isRegression);
  const output = suited.find(({ name }) => name === 'outputs') ?? suited[0];
  if (output !== undefined) return output;
  throw unsuited(signature.name, 'gives no single number for an example');
}

const isFloat = ({ datatype }: OutputSpecification): boolean =>
  datatype === 'float32' || datatype === 'float64';

/** Of a rank that only the answer tells; named as TensorFlow names them. */
const areOpenScores = (output: OutputSpecification): boolean =>
  output.name === 'scores' && output.shape === undefined && isFloat(output);

function isRegression(output: OutputSpecification): boolean {
  const { shape } = output;
  if (!isFloat(output)) return false;
  // Whether an open one is that is seen of the answer.
  return shape === undefined || shape.length === 1 || (shape.length === 2 && shape[1] === 1);
}

type Outputs = ReadonlyMap<string, Tensor>;

async function inferOutputs(
  inference: TensorInference,
  { target, inputs, signal }: ExampleCall,
  outputs: readonly string[],
): Promise<Outputs> {
  return inference.infer(target, { inputs, outputs }, signal);
}

function numbersIn(outputs: Outputs, name: string): NumericTensor {
  const tensor = outputs.get(name);
  if (tensor !== undefined && tensor.datatype !== 'string') return tensor;
  throw otherDatatype();
}

function stringsIn(outputs: Outputs, name: string): StringTensor {
  const tensor = outputs.get(name);
  if (tensor?.datatype === 'string') return tensor;
  throw otherDatatype();
}

function otherDatatype(): ServingError {
  return new ServingError('model-failed', 'The model gave an answer of a datatype other than it declares.');
}

function unsuited(signatureName: string, lack: string): ServingError {
  return new ServingError('invalid-input', `The signature "${signatureName}" ${lack}; use Predict.`);
}
