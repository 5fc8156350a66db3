/** From the body of an inference over REST to the inputs of a signature. */
import type { Signature } from '../../domain/engine.ts';
import { signatureNamed } from '../../domain/signature-named.ts';
import { readingExactly } from '../../wire/json/exact-integers.ts';
import { readExamplesRequest } from '../../wire/tensorflow-serving/example-json.ts';
import { readPredictRequest, type PredictCall } from '../../wire/tensorflow-serving/predict-request-json.ts';
import { requireSuited, type ExampleVerb } from './example-inference.ts';
import { exampleInputs, type ExampleInputs } from './example-tensors.ts';
import { requireParsable } from './rest-json.ts';
import type { InferenceVerb } from './rest-path.ts';

export interface RestQuestion {
  readonly body: Uint8Array;
  readonly verb: InferenceVerb;
  /** Those of the model that is asked. */
  readonly signatures: ReadonlyMap<string, Signature>;
  /** The signature that its owner states, if any. */
  readonly stated: string | undefined;
}

export interface PredictQuestion extends PredictCall {
  readonly verb: 'predict';
}

export interface ExampleQuestion extends ExampleInputs {
  readonly verb: ExampleVerb;
  readonly signatureName: string | undefined;
}

export type RestCall = PredictQuestion | ExampleQuestion;

/** The same, with its inputs in another form. */
export type RestCallWith<Inputs> = (Omit<PredictQuestion, 'inputs'> | Omit<ExampleQuestion, 'inputs'>) & {
  readonly inputs: Inputs;
};

/** @throws ServingError `invalid-input`, or `too-large` for more values than can be read at once */
export function readRestCall({ body: bytes, verb, signatures, stated }: RestQuestion): RestCall {
  const body = requireParsable(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  const named = (name: string | undefined): Signature => signatureNamed(signatures, name, stated);
  if (verb === 'predict')
    return { verb, ...readingExactly(body, (value) => readPredictRequest(value, named)) };
  const { signatureName, examples } = readExamplesRequest(body);
  const signature = named(signatureName);
  requireSuited(signature, verb);
  return { verb, signatureName, ...exampleInputs(signature, examples) };
}
