/** The gRPC calls that run a model: Predict, Classify, Regress and MultiInference. */
import type { CallerSignal } from '../../domain/caller-signal.ts';
import { validateInputNames } from '../../domain/validate-request.ts';
import type { ServedModel } from '../../inference/model-registry.ts';
import type { TensorTarget } from '../../inference/tensor-inference.ts';
import type { CallContext, UnaryCallContext } from '../../transports/grpc/grpc-method.ts';
import type { ModelSpecMessage } from '../../wire/tensorflow-serving/messages.ts';
import type { ExactModelSpec } from '../../wire/tensorflow-serving/model-spec-message.ts';
import type { ReceivedPredictRequest } from '../../wire/tensorflow-serving/predict-request-message.ts';
import { fromTensorProto } from '../../wire/tensorflow-serving/tensor-proto.ts';
import { classifyExamples, regressExamples, type ExampleVerb } from './example-inference.ts';
import type { ExampleInputs } from './example-tensors.ts';
import type { ExamplesMethod, ExamplesTarget, ExamplesTask } from './examples-request.ts';
import type { GrpcMessages } from './grpc-messages.ts';
import { inferNamedTensors, namedHead } from './infer-named-tensors.ts';
import type { ModelServer } from './model-server.ts';
import { toSpecification } from './model-specification.ts';
import { requireOneModel, signatureNameOf, verbOf } from './multi-inference.ts';
import type { PredictionMethod } from './prediction-method.ts';
import type { ExamplesAnswer } from './write-grpc-answer.ts';

export interface PredictionCallsOptions {
  readonly modelServer: ModelServer;
  readonly messages: GrpcMessages;
  /** Answers tensors as raw bytes; their typed fields if absent, which some clients read without asking. */
  readonly isContentPreferred?: boolean | undefined;
}

/** Which model a call is about, told as soon as it is known. */
type NoteModel = (spec: ModelSpecMessage | null | undefined) => ServedModel;

interface AskedTask {
  readonly target: TensorTarget;
  readonly verb: ExampleVerb;
}

export class PredictionCalls {
  readonly #modelServer: ModelServer;
  readonly #messages: GrpcMessages;
  readonly #form: 'content' | 'values';

  constructor({ modelServer, messages, isContentPreferred = false }: PredictionCallsOptions) {
    this.#modelServer = modelServer;
    this.#messages = messages;
    this.#form = isContentPreferred ? 'content' : 'values';
  }

  readonly predict = async (bytes: Buffer, context: UnaryCallContext): Promise<Buffer> =>
    this.#observed('Predict', context, async (noteModel) => {
      const request = await this.#messages.readPredict(bytes, context.signal);
      const model = noteModel(request.spec);
      const { inference } = this.#modelServer;
      const target = inference.target(model, signatureNameOf(request.spec));
      const inputs = this.#inputsOf(request, target, context);
      const asked = { target, inputs, outputs: request.outputs };
      const outputs = await inferNamedTensors(inference, asked, context.signal);
      const answer = { verb: 'predict', spec: specOf(target), outputs, form: this.#form } as const;
      return this.#messages.write(answer, context.signal);
    });

  readonly classify = async (bytes: Buffer, context: CallContext): Promise<Buffer> =>
    this.#aboutExamples('Classify', bytes, context);

  readonly regress = async (bytes: Buffer, context: CallContext): Promise<Buffer> =>
    this.#aboutExamples('Regress', bytes, context);

  readonly multiInference = async (bytes: Buffer, context: CallContext): Promise<Buffer> =>
    this.#aboutExamples('MultiInference', bytes, context);

  #inputsOf(
    { inputs }: ReceivedPredictRequest,
    target: TensorTarget,
    context: UnaryCallContext,
  ): ReadonlyMap<string, ReturnType<typeof fromTensorProto>> {
    // Before anything is read: a few bytes can make a tensor of megabytes, and no model has use for hundreds of them.
    validateInputNames(target.signature, [...inputs.keys()]);
    return new Map(
      Array.from(inputs, ([name, message]) => {
        const tensor = fromTensorProto(message, (head, repeatedBytes) => {
          this.#modelServer.inference.checkHead(target, name, namedHead(target.signature, head));
          context.hold(repeatedBytes);
        });
        return [name, tensor] as const;
      }),
    );
  }

  async #aboutExamples(method: ExamplesMethod, bytes: Buffer, context: CallContext): Promise<Buffer> {
    const { signal } = context;
    return this.#observed(method, context, async (noteModel) => {
      let asked: readonly AskedTask[] = [];
      const targetsOf = (tasks: readonly ExamplesTask[]): readonly ExamplesTarget[] => {
        asked = this.#asked(method, tasks, noteModel);
        return asked.map(({ verb, target: { signature } }) => ({ verb, signature }));
      };
      const inputs = await this.#messages.readExamples({ method, bytes }, targetsOf, signal);
      const results = await Promise.all(
        asked.map((task, index) => this.#resultOf(task, inputs[index], signal)),
      );
      const [first] = results;
      const isOne = method !== 'MultiInference' && first !== undefined;
      return this.#messages.write(isOne ? first : { verb: 'multiInference', results }, signal);
    });
  }

  #asked(method: ExamplesMethod, tasks: readonly ExamplesTask[], noteModel: NoteModel): readonly AskedTask[] {
    if (method === 'MultiInference') requireOneModel(tasks);
    const model = noteModel(tasks[0]?.spec);
    return tasks.map(({ spec, methodName }) => ({
      verb: verbOf(method, methodName),
      target: this.#modelServer.inference.target(model, signatureNameOf(spec)),
    }));
  }

  async #resultOf(
    { verb, target }: AskedTask,
    inputs: ExampleInputs | undefined,
    signal: CallerSignal,
  ): Promise<ExamplesAnswer> {
    if (inputs === undefined) throw new Error('inputs were read for each target');
    const { inference } = this.#modelServer;
    const call = { target, ...inputs, signal };
    const spec = specOf(target);
    return verb === 'classify'
      ? { verb, spec, ...(await classifyExamples(inference, call)) }
      : { verb, spec, ...(await regressExamples(inference, call)) };
  }

  /** Counts a call from when its model is known. */
  async #observed(
    api: PredictionMethod,
    context: CallContext,
    work: (noteModel: NoteModel) => Promise<Buffer>,
  ): Promise<Buffer> {
    let end: (error?: unknown) => void = () => undefined;
    try {
      const answer = await work((spec) => {
        const model = this.#modelServer.resolve(toSpecification(spec));
        context.noteModel(`${model.name}/${model.version}`);
        end = this.#modelServer.metrics.begin({ model: model.name, api, entrypoint: 'GRPC' });
        return model;
      });
      end();
      return answer;
    } catch (error) {
      end(error);
      throw error;
    }
  }
}

function specOf({ model: { name, version }, signature }: TensorTarget): ExactModelSpec {
  return { name, version, signatureName: signature.name };
}
