/** Reads a request about examples in two steps: what it asks, then, with the signatures known, the inputs in it. */
import type { Signature } from '../../domain/engine.ts';
import { readMessage } from '../../transports/grpc/read-message.ts';
import { fromInputMessage } from '../../wire/tensorflow-serving/example-proto.ts';
import type {
  ExamplesRequestMessage,
  InputMessage,
  ModelSpecMessage,
  MultiInferenceRequestMessage,
} from '../../wire/tensorflow-serving/messages.ts';
import { requireSuited, type ExampleVerb } from './example-inference.ts';
import { exampleInputs, type ExampleInputs } from './example-tensors.ts';
import { predictionMethod } from './prediction-method.ts';

export type ExamplesMethod = 'Classify' | 'Regress' | 'MultiInference';

/** One inference that is asked for. */
export interface ExamplesTask {
  readonly spec: ModelSpecMessage | null | undefined;
  /** As the client wrote it; only where a request may ask for several. */
  readonly methodName?: string | undefined;
}

/** What a task turned out to mean. */
export interface ExamplesTarget {
  readonly verb: ExampleVerb;
  readonly signature: Signature;
}

export interface OpenedRequest {
  readonly tasks: readonly ExamplesTask[];
  /** One for each target; throws ServingError `invalid-input`. */
  readonly inputsFor: (targets: readonly ExamplesTarget[]) => readonly ExampleInputs[];
}

/** Whether reading it would hold everybody up in the thread that answers them. */
export function takesLongToOpen(method: ExamplesMethod, bytes: Uint8Array): boolean {
  return predictionMethod(method).takesLong(bytes, 'generated');
}

/** @throws ServingError `too-large` for more values than can be read at once, `invalid-input` for no such message */
export function openExamplesRequest(method: ExamplesMethod, bytes: Buffer): OpenedRequest {
  const message = readMessage(predictionMethod(method).requestDeserialize, bytes);
  const { input, tasks } = method === 'MultiInference' ? severalIn(message) : oneIn(message);
  return {
    tasks,
    inputsFor: (targets) => {
      const examples = fromInputMessage(input);
      return targets.map(({ verb, signature }) => {
        requireSuited(signature, verb);
        return exampleInputs(signature, examples);
      });
    },
  };
}

interface Asked {
  readonly input: InputMessage | null | undefined;
  readonly tasks: readonly ExamplesTask[];
}

function oneIn({ model_spec: spec, input }: ExamplesRequestMessage): Asked {
  return { input, tasks: [{ spec }] };
}

function severalIn({ tasks = [], input }: MultiInferenceRequestMessage): Asked {
  return {
    input,
    tasks: tasks.map(({ model_spec: spec, method_name: methodName }) => ({ spec, methodName })),
  };
}
