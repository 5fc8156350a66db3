/** TensorFlow Serving's REST API: inference, status and metadata under `/v1/`, and its metrics. */
import type { CallerSignal } from '../../domain/caller-signal.ts';
import { ServingError } from '../../domain/errors.ts';
import type { ServedModel } from '../../inference/model-registry.ts';
import type { TensorInference } from '../../inference/tensor-inference.ts';
import type { FrontEnd, HttpContext } from '../../transports/http/application.ts';
import { departureSignal } from '../../transports/http/departure.ts';
import { errorBoundary } from '../../transports/http/error-boundary.ts';
import type { HttpLog } from '../../transports/http/http-log.ts';
import type { UnpackedBody } from '../../transports/http/unpacked-body.ts';
import { writeModelMetadata } from '../../wire/tensorflow-serving/metadata-json.ts';
import { writeModelStatus } from '../../wire/tensorflow-serving/status-json.ts';
import { classifyExamples, regressExamples } from './example-inference.ts';
import { httpStatusTable } from './http-status-table.ts';
import { inferNamedTensors } from './infer-named-tensors.ts';
import { withinTime } from './inference-time.ts';
import type { ModelServer } from './model-server.ts';
import type { ModelSpecification } from './model-specification.ts';
import type { RestCall } from './read-rest-call.ts';
import type { RestBodies } from './rest-bodies.ts';
import { isUnderVersionOne, readRestPath, type InferenceVerb } from './rest-path.ts';
import type { RestAnswer } from './write-rest-answer.ts';

export interface TensorflowServingRoutesOptions {
  readonly modelServer: ModelServer;
  /** Reads a body whatever its type: TensorFlow Serving's documentation sends JSON as a form. */
  readonly readBody: (context: HttpContext) => Promise<UnpackedBody>;
  readonly bodies: RestBodies;
  readonly log: HttpLog;
  /** How long an inference may take; TensorFlow Serving's 30 s if absent. */
  readonly timeoutMilliseconds?: number | undefined;
  /** Lets scripts of any web page call; no headers for them if absent. */
  readonly isOpenToOtherOrigins?: boolean | undefined;
}

type InferenceNames = Readonly<Record<InferenceVerb, 'Predict' | 'Classify' | 'Regress'>>;

const METRICS_PATH = '/monitoring/prometheus/metrics';
const USUAL_TIMEOUT_MILLISECONDS = 30_000;
const apiNames: InferenceNames = { predict: 'Predict', classify: 'Classify', regress: 'Regress' };

export function tensorflowServingRoutes(options: TensorflowServingRoutesOptions): FrontEnd[] {
  const { modelServer, log } = options;
  const inErrorDialect = errorBoundary(log, {
    statusTable: httpStatusTable,
    body: (error) => `${JSON.stringify({ error }, null, 4)}\n`,
  });
  const route = (context: HttpContext, next: () => Promise<unknown>): unknown => {
    const { path } = context;
    if (isUnderVersionOne(path)) {
      const isGreeting = options.isOpenToOtherOrigins === true && greetOtherOrigin(context);
      return isGreeting ? undefined : inErrorDialect(context, () => answer(context, options));
    }
    if (path !== METRICS_PATH) return next();
    requireReading(context.method);
    context.body = modelServer.metrics.exposition();
    context.type = 'text/plain; version=0.0.4; charset=utf-8';
    return undefined;
  };
  return [route];
}

/** @throws ServingError `method-not-allowed` */
function requireReading(method: string): void {
  const allowedMethods = ['GET', 'HEAD'];
  if (allowedMethods.includes(method)) return;
  const sentence = `${method} does not work on this path. What works: ${allowedMethods.join(', ')}.`;
  throw new ServingError('method-not-allowed', sentence, { allowedMethods });
}

/** @returns whether that was all: a browser asks first whether it may ask */
function greetOtherOrigin(context: HttpContext): boolean {
  context.set('Access-Control-Allow-Origin', '*');
  if (context.method !== 'OPTIONS') return false;
  context.set({
    'Access-Control-Allow-Methods': 'GET, POST',
    'Access-Control-Allow-Headers': 'Content-Type',
  });
  context.status = 204;
  return true;
}

async function answer(context: HttpContext, options: TensorflowServingRoutesOptions): Promise<void> {
  const { modelServer } = options;
  const { verb, specification } = readRestPath(context.method, context.path);
  switch (verb) {
    case 'status':
      answerStatus(context, modelServer, specification);
      return;
    case 'metadata': {
      const metadata = modelServer.metadata(specification);
      respond(context, written(writeModelMetadata(metadata)));
      return;
    }
    case 'predict':
    case 'classify':
    case 'regress': {
      const model = modelServer.resolve(specification);
      const labels = { model: model.name, api: apiNames[verb], entrypoint: 'REST' } as const;
      context.set('X-Model', encodeURI(`${model.name}/${model.version}`));
      const text = await modelServer.metrics.observe(labels, () => infer(context, { model, verb }, options));
      respond(context, text);
    }
  }
}

/** TensorFlow Serving answers 200 whatever the state; clients of KServe read from 503 that the model is not ready. */
function answerStatus(
  context: HttpContext,
  modelServer: ModelServer,
  specification: ModelSpecification,
): void {
  const versions = modelServer.status(specification);
  const ready = versions.some(({ state }) => state === 'AVAILABLE');
  respond(context, written({ ...writeModelStatus(versions), name: specification.name, ready }));
  if (!ready) context.status = 503;
}

async function infer(
  context: HttpContext,
  { model, verb }: { readonly model: ServedModel; readonly verb: InferenceVerb },
  options: TensorflowServingRoutesOptions,
): Promise<string | Buffer> {
  const { modelServer, readBody, bodies, timeoutMilliseconds = USUAL_TIMEOUT_MILLISECONDS } = options;
  const { bytes: body } = await readBody(context);
  const { signatures } = model.loaded;
  const question = { body, verb, signatures, stated: model.facts.signature };
  const departure = departureSignal(context.res);
  const answered = await withinTime(timeoutMilliseconds, departure, async (signal) => {
    const call = await bodies.read(question, signal);
    return ask(modelServer.inference, { call, model, signal });
  });
  return bodies.write(answered, departure);
}

async function ask(
  inference: TensorInference,
  {
    call,
    model,
    signal,
  }: { readonly call: RestCall; readonly model: ServedModel; readonly signal: CallerSignal },
): Promise<RestAnswer> {
  const target = inference.target(model, call.signatureName);
  const { verb, inputs } = call;
  if (verb === 'predict') {
    const outputs = await inferNamedTensors(inference, { target, inputs }, signal);
    return { verb, form: call.form, outputs };
  }
  const { count } = call;
  const asked = { target, inputs, count, signal };
  return verb === 'classify'
    ? { verb, ...(await classifyExamples(inference, asked)) }
    : { verb, ...(await regressExamples(inference, asked)) };
}

/** With the line breaks that TensorFlow Serving writes, for the people who read it. */
function written(answered: object): string {
  return `${JSON.stringify(answered, null, 1)}\n`;
}

function respond(context: HttpContext, text: string | Buffer): void {
  context.body = text;
  context.type = 'application/json';
}
