/** The gRPC calls that run a model: Predict, Classify, Regress and MultiInference. */
import type { CallerSignal } from '../../domain/caller-signal.ts';
import { ServingError } from '../../domain/errors.ts';
import { validateInputNames } from '../../domain/validate-request.ts';
import type { ServedModel } from '../../inference/model-registry.ts';
import type { CallContext, UnaryCallContext } from '../../transports/grpc/grpc-method.ts';
import { methodNames } from '../../wire/tensorflow-serving/callable-signature.ts';
import {
  toClassificationResult,
  toRegressionResult,
} from '../../wire/tensorflow-serving/classify-results.ts';
import { fromInputMessage } from '../../wire/tensorflow-serving/example-proto.ts';
import type {
  ClassificationResponseMessage,
  ExamplesRequestMessage,
  InputMessage,
  ModelSpecMessage,
  MultiInferenceRequestMessage,
  MultiInferenceResponseMessage,
  PredictRequestMessage,
  PredictResponseMessage,
  RegressionResponseMessage,
} from '../../wire/tensorflow-serving/messages.ts';
import { fromTensorProto, toTensorProto } from '../../wire/tensorflow-serving/tensor-proto.ts';
import {
  classifyExamples,
  regressExamples,
  requireSuited,
  type ExampleCall,
  type ExampleVerb,
} from './example-inference.ts';
import { classesOf, valuesOf } from './example-results.ts';
import { exampleInputs } from './example-tensors.ts';
import { inferNamedTensors, namedHead } from './infer-named-tensors.ts';
import type { ModelServer } from './model-server.ts';
import { toSpecMessage, toSpecification } from './model-specification.ts';
import type { RequestLabels } from './request-metrics.ts';

type Spec = ModelSpecMessage | null | undefined;
type Task = NonNullable<MultiInferenceRequestMessage['tasks']>[number];
type TaskResult = NonNullable<MultiInferenceResponseMessage['results']>[number];

export interface PredictionCallsOptions {
  readonly modelServer: ModelServer;
  /** Answers tensors as raw bytes; their typed fields if absent, which some clients read without asking. */
  readonly isContentPreferred?: boolean | undefined;
}

export class PredictionCalls {
  readonly #modelServer: ModelServer;
  readonly #form: 'content' | 'values';

  constructor({ modelServer, isContentPreferred = false }: PredictionCallsOptions) {
    this.#modelServer = modelServer;
    this.#form = isContentPreferred ? 'content' : 'values';
  }

  readonly predict = async (
    { model_spec: spec, inputs = {}, output_filter: wanted = [] }: PredictRequestMessage,
    context: UnaryCallContext,
  ): Promise<PredictResponseMessage> =>
    this.#withModel({ spec, api: 'Predict' }, context, async (model) => {
      const { inference } = this.#modelServer;
      const target = inference.target(model, signatureNameOf(spec));
      // Before anything is read: a few bytes can make a tensor of megabytes, and no model has use for hundreds of them.
      validateInputNames(target.signature, Object.keys(inputs));
      const tensors = new Map(
        Object.entries(inputs).map(([name, message]) => {
          const tensor = fromTensorProto(message, (head, repeatedBytes) => {
            inference.checkHead(target, name, namedHead(target.signature, head));
            context.hold(repeatedBytes);
          });
          return [name, tensor] as const;
        }),
      );
      const asked = { target, inputs: tensors, outputs: wanted };
      const outputs = await inferNamedTensors(inference, asked, context.signal);
      return {
        model_spec: toSpecMessage(model, target.signature.name),
        outputs: Object.fromEntries(
          [...outputs].map(([name, tensor]) => [name, toTensorProto(tensor, this.#form)]),
        ),
      };
    });

  readonly classify = async (
    { model_spec: spec, input }: ExamplesRequestMessage,
    context: CallContext,
  ): Promise<ClassificationResponseMessage> =>
    this.#withModel({ spec, api: 'Classify' }, context, async (model) => {
      const call = this.#exampleCall(model, { verb: 'classify', spec, input, signal: context.signal });
      const result = toClassificationResult(
        classesOf(await classifyExamples(this.#modelServer.inference, call)),
      );
      return { ...specOf(call), result };
    });

  readonly regress = async (
    { model_spec: spec, input }: ExamplesRequestMessage,
    context: CallContext,
  ): Promise<RegressionResponseMessage> =>
    this.#withModel({ spec, api: 'Regress' }, context, async (model) => {
      const call = this.#exampleCall(model, { verb: 'regress', spec, input, signal: context.signal });
      const result = toRegressionResult(valuesOf(await regressExamples(this.#modelServer.inference, call)));
      return { ...specOf(call), result };
    });

  readonly multiInference = async (
    { tasks = [], input }: MultiInferenceRequestMessage,
    context: CallContext,
  ): Promise<MultiInferenceResponseMessage> => {
    const spec = requireOneModel(tasks);
    return this.#withModel({ spec, api: 'MultiInference' }, context, async (model) => ({
      results: await Promise.all(
        tasks.map((task) =>
          this.#task(task, (verb) =>
            this.#exampleCall(model, { verb, spec: task.model_spec, input, signal: context.signal }),
          ),
        ),
      ),
    }));
  };

  async #task(
    { method_name: method }: Task,
    callFor: (verb: ExampleVerb) => ExampleCall,
  ): Promise<TaskResult> {
    const { inference } = this.#modelServer;
    switch (method) {
      case methodNames.classify: {
        const call = callFor('classify');
        const result = toClassificationResult(classesOf(await classifyExamples(inference, call)));
        return { ...specOf(call), result: 'classification_result', classification_result: result };
      }
      case methodNames.regress: {
        const call = callFor('regress');
        const result = toRegressionResult(valuesOf(await regressExamples(inference, call)));
        return { ...specOf(call), result: 'regression_result', regression_result: result };
      }
      case undefined:
      default:
        throw new ServingError(
          'invalid-input',
          `A task's method_name must be ${methodNames.classify} or ${methodNames.regress}.`,
        );
    }
  }

  #exampleCall(
    model: ServedModel,
    sent: {
      readonly verb: ExampleVerb;
      readonly spec: Spec;
      readonly input: InputMessage | null | undefined;
      readonly signal: CallerSignal;
    },
  ): ExampleCall {
    const target = this.#modelServer.inference.target(model, signatureNameOf(sent.spec));
    const examples = fromInputMessage(sent.input);
    requireSuited(target.signature, sent.verb);
    return { target, ...exampleInputs(target.signature, examples), signal: sent.signal };
  }

  async #withModel<Answer>(
    { spec, api }: { readonly spec: Spec; readonly api: RequestLabels['api'] },
    { noteModel }: CallContext,
    work: (model: ServedModel) => Promise<Answer>,
  ): Promise<Answer> {
    const model = this.#modelServer.resolve(toSpecification(spec));
    noteModel(`${model.name}/${model.version}`);
    const labels = { model: model.name, api, entrypoint: 'GRPC' } as const;
    return this.#modelServer.metrics.observe(labels, () => work(model));
  }
}

/** @throws ServingError `invalid-input` unless all tasks name the same model, and each another signature of it */
function requireOneModel(tasks: readonly Task[]): Spec {
  const [first, ...others] = tasks.map((task) => task.model_spec);
  if (tasks.length === 0) throw new ServingError('invalid-input', 'Inference request must have a task.');
  const { name, version } = toSpecification(first);
  for (const other of others.map(toSpecification)) {
    if (other.name !== name || other.version !== version) {
      throw new ServingError('invalid-input', 'All tasks must name the same model and version.');
    }
  }
  const signatures = new Set(tasks.map((task) => signatureNameOf(task.model_spec)));
  if (signatures.size < tasks.length) {
    throw new ServingError('invalid-input', 'Duplicate evaluation of a signature: ask each once.');
  }
  return first;
}

function specOf({ target: { model, signature } }: ExampleCall): Pick<TaskResult, 'model_spec'> {
  return { model_spec: toSpecMessage(model, signature.name) };
}

/** An empty name is none: that is how an absent text is read. */
function signatureNameOf(spec: Spec): string | undefined {
  return spec?.signature_name === '' ? undefined : spec?.signature_name;
}
