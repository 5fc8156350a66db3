/** An engine for tests of everything around engines: it reads the answer out of the picture and can be held, failed and watched. */
import type { CallerSignal } from '../../gateway/domain/caller-signal.ts';
import type {
  Engine,
  InferenceOptions,
  LoadOptions,
  InferenceRequest,
  LoadedModel,
  Readiness,
  Signature,
} from '../../gateway/domain/engine.ts';
import { ServingError } from '../../gateway/domain/errors.ts';
import type { ModelVersion } from '../../gateway/domain/model.ts';
import type { Tensor } from '../../gateway/domain/tensor.ts';

export interface FakeEngineOptions {
  readonly classCount?: number;
  readonly signatures?: readonly Signature[];
  /** What a load of the model throws; nothing when undefined. */
  readonly loadFault?: (model: ModelVersion) => Error | undefined;
  /** Scores for the class in the picture; a spike at the class when absent. */
  readonly scores?: (classIndex: number) => readonly number[];
}

/** A baseline JPEG without pixels: a comment that holds the class the fake engine answers with, and a frame header. */
export function fakeJpeg(classIndex: number, size = { width: 8, height: 8 }, padding = 0): Buffer {
  const comment = Buffer.from([0xff, 0xfe, 0, 4, classIndex >> 8, classIndex & 0xff]);
  const { width, height } = size;
  const frame = [0xff, 0xc0, 0, 11, 8, height >> 8, height & 0xff, width >> 8, width & 0xff, 1, 1, 0x11, 0];
  const scan = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0];
  const start = Buffer.from([0xff, 0xd8]);
  const end = Buffer.from([0xff, 0xd9]);
  return Buffer.concat([start, comment, Buffer.from(frame), Buffer.from(scan), Buffer.alloc(padding), end]);
}

export function pictureSignature(classCount: number, name = 'serving_default'): Signature {
  return {
    name,
    inputs: [{ name: 'image_bytes', datatype: 'string', shape: [null] }],
    outputs: [
      { name: 'classes', datatype: 'int64', shape: [null] },
      { name: 'probabilities', datatype: 'float32', shape: [null, classCount] },
    ],
  };
}

export class FakeEngine implements Engine {
  readonly name = 'fake';
  /** Names of loaded versions in the order of loading. */
  readonly loads: string[] = [];
  readonly requests: InferenceRequest[] = [];
  readonly closed: string[] = [];
  cancelled = 0;
  readiness: Readiness = { ready: true };
  /** What the next inference throws. */
  nextFault: Error | undefined = undefined;
  readonly #options: FakeEngineOptions;
  #gate: Promise<void> = Promise.resolve();
  #watchers: (() => void)[] = [];

  constructor(options: FakeEngineOptions = {}) {
    this.#options = options;
  }

  /** Makes inferences wait until the returned function is called. */
  hold(): () => void {
    let release = (): void => undefined;
    this.#gate = new Promise((resolve) => {
      release = resolve;
    });
    return () => {
      release();
    };
  }

  /** Resolves once the condition holds; looked at whenever an inference starts or is cancelled. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#watchers.push(resolve));
  }

  async load(model: ModelVersion, { signal }: LoadOptions): Promise<LoadedModel> {
    signal.throwIfAborted();
    this.loads.push(`${model.name}/${model.version}`);
    const fault = this.#options.loadFault?.(model);
    if (fault !== undefined) throw fault;
    const signatures = this.#options.signatures ?? [pictureSignature(this.#classCount)];
    return {
      signatures: new Map(signatures.map((signature) => [signature.name, signature])),
      infer: (request, options) => this.#infer(request, options),
      readiness: () => this.readiness,
      close: async () => {
        this.closed.push(`${model.name}/${model.version}`);
      },
    };
  }

  async close(): Promise<void> {
    this.closed.push('engine');
  }

  get #classCount(): number {
    return this.#options.classCount ?? 1001;
  }

  async #infer(
    request: InferenceRequest,
    { signal }: InferenceOptions,
  ): Promise<ReadonlyMap<string, Tensor>> {
    this.requests.push(request);
    this.#notify();
    await this.#passGate(signal);
    const fault = this.nextFault;
    this.nextFault = undefined;
    if (fault !== undefined) throw fault;
    const input = [...request.inputs.values()][0];
    if (input?.datatype !== 'string') throw new ServingError('invalid-input', 'pictures wanted');
    const classes = input.elements.map((bytes) => (bytes[6] ?? 0) * 256 + (bytes[7] ?? 0));
    const rows = classes.flatMap((classIndex) => this.#scores(classIndex));
    const count = classes.length;
    const outputs = new Map<string, Tensor>([
      ['classes', { datatype: 'int64', shape: [count], elements: BigInt64Array.from(classes.map(BigInt)) }],
      [
        'probabilities',
        { datatype: 'float32', shape: [count, this.#classCount], elements: Float32Array.from(rows) },
      ],
    ]);
    return new Map([...outputs].filter(([name]) => request.outputs?.includes(name) ?? true));
  }

  #scores(classIndex: number): readonly number[] {
    return (
      this.#options.scores?.(classIndex) ??
      Array.from({ length: this.#classCount }, (_, index) => Number(index === classIndex))
    );
  }

  async #passGate(signal: CallerSignal): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const cancel = (): void => {
        this.cancelled += 1;
        this.#notify();
        reject(new ServingError('cancelled', 'The client has gone.'));
      };
      if (signal.aborted) cancel();
      else signal.addEventListener('abort', cancel, { once: true });
      void this.#gate.then(resolve);
    });
  }

  #notify(): void {
    for (const resolve of this.#watchers.splice(0)) resolve();
  }
}
