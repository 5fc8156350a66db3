/** The TensorFlow Serving engine in front of one stand-in, or several. */
import type { Engine, InferenceRequest, LoadedModel } from '../../gateway/domain/engine.ts';
import { ServingError } from '../../gateway/domain/errors.ts';
import type { Tensor } from '../../gateway/domain/tensor.ts';
import { createTensorflowServingEngine } from '../../gateway/engines/tensorflow-serving/tensorflow-serving-engine.ts';
import type { TensorflowServingEngineOptions } from '../../gateway/engines/tensorflow-serving/tensorflow-serving-engine.ts';
import { servingBackend, type ServingBackend, type ServingProtocol } from './serving-backend.ts';
import { servingModel } from './serving-model.ts';
import { thrownBy } from './thrown-by.ts';

export interface ServingEngine {
  readonly engine: Engine;
  readonly backends: readonly ServingBackend[];
  /** The only one, or the first. */
  readonly backend: ServingBackend;
  /** The second, where there are several. */
  readonly otherBackend: ServingBackend;
  /** What was logged so far. */
  readonly logged: string[];
  load(): Promise<LoadedModel>;
  stop(): Promise<void>;
}

export interface ServingEngineOptions extends Partial<TensorflowServingEngineOptions> {
  readonly protocol: ServingProtocol;
  readonly backendCount?: number;
}

export async function servingEngine(options: ServingEngineOptions): Promise<ServingEngine> {
  const { protocol, backendCount = 1, ...overrides } = options;
  const backends = await Promise.all(Array.from({ length: backendCount }, () => servingBackend(protocol)));
  const logged: string[] = [];
  const note = (_facts: object, sentence: string): void => {
    logged.push(sentence);
  };
  const engine = createTensorflowServingEngine({
    addresses: backends.map(({ address }) => address),
    protocol,
    timeoutMilliseconds: 30_000,
    log: { info: note, warn: note },
    ...overrides,
  });
  const [backend, otherBackend = backend] = backends;
  if (backend === undefined || otherBackend === undefined) throw new Error('no backend');
  return {
    engine,
    backends,
    backend,
    otherBackend,
    logged,
    load: () => engine.load({ ...servingModel, folder: undefined }, { signal: new AbortController().signal }),
    async stop() {
      await engine.close();
      await Promise.all(backends.map((one) => one.kill()));
    },
  };
}

/** Something with the markers of a JPEG around a text, which is all that the stand-in looks at. */
export function madeUpJpeg(content: string): Buffer {
  return Buffer.concat([Buffer.from([0xff, 0xd8]), Buffer.from(content), Buffer.from([0xff, 0xd9])]);
}

export function requestAbout(...pictures: readonly Uint8Array[]): InferenceRequest {
  const tensor: Tensor = { datatype: 'string', shape: [pictures.length], elements: pictures };
  return { inputs: new Map([['image_bytes', tensor]]) };
}

/** The scores of one picture. */
export async function scoresOf(
  model: LoadedModel,
  picture: Uint8Array,
  signal = new AbortController().signal,
): Promise<readonly number[]> {
  const answer = await model.infer(requestAbout(picture), { signal });
  return Array.from(answer.get('scores')?.elements ?? [], Number);
}

/** What the engine says when it cannot answer. */
export async function refusalOf(work: () => Promise<unknown>): Promise<ServingError> {
  const error = await thrownBy(work);
  if (error instanceof ServingError) return error;
  throw new Error('no ServingError', { cause: error });
}

/** Resolves when the model can answer again, which it finds out by itself. */
export async function untilReady(model: LoadedModel): Promise<void> {
  while (!model.readiness().ready) await new Promise((resolve) => setTimeout(resolve, 20));
}
