/** The Open Inference Protocol over both transports, around engines that tests can watch. */
import type { Engine, LoadedModel, LoadOptions } from '../../gateway/domain/engine.ts';
import type { ModelVersion } from '../../gateway/domain/model.ts';
import { inspectImage } from '../../gateway/imaging/inspect-image.ts';
import { Classification } from '../../gateway/inference/classification.ts';
import { InferenceCounter } from '../../gateway/inference/inference-counts.ts';
import { ModelRegistry } from '../../gateway/inference/model-registry.ts';
import { TensorInference } from '../../gateway/inference/tensor-inference.ts';
import { InferBodyParser } from '../../gateway/protocols/open-inference/infer-body-parser.ts';
import { InferenceServer } from '../../gateway/protocols/open-inference/inference-server.ts';
import type { ModelControl } from '../../gateway/protocols/open-inference/model-repository.ts';
import { openInferenceRoutes } from '../../gateway/protocols/open-inference/open-inference-routes.ts';
import { openInferenceServices } from '../../gateway/protocols/open-inference/open-inference-services.ts';
import { GrpcServer } from '../../gateway/transports/grpc/grpc-server.ts';
import { createApplication } from '../../gateway/transports/http/application.ts';
import { HttpServer } from '../../gateway/transports/http/http-server.ts';
import { unpackedBodyReader } from '../../gateway/transports/http/unpacked-body.ts';
import { UploadBudget } from '../../gateway/transports/http/upload-budget.ts';
import { CalculatingEngine } from './calculating-engine.ts';
import { FakeEngine } from './fake-engine.ts';
import { modelToServe, type LogLine } from './gateway-under-test.ts';
import { GrpcCaller } from './grpc-caller.ts';
import { LeafEngine } from './leaf-engine.ts';
import { returningModel } from './returning-model.ts';

export interface InferenceServerUnderTestOptions {
  readonly control?: ModelControl;
  readonly maxUploadBytes?: number;
  /** Side of the pictures that `cassava` takes as tensors; 2 when absent. */
  readonly leafSide?: number;
  /** Whether there is a model `every_datatype` as well, which gives its inputs back. */
  readonly hasEveryDatatype?: boolean;
}

export const catLabels = ['tabby', 'tiger "cat"', 'Siam\u00e9s', 'lynx', 'cougar', 'lion'];

export class InferenceServerUnderTest implements Engine {
  readonly name = 'by name';
  /** Behind the model `resnet-50`: six classes, told by the picture; class n has the probability of 2 to the -n. */
  readonly pictures = new FakeEngine({ classCount: catLabels.length, scores: halving });
  /** Behind the model `cassava`. */
  readonly leaves: LeafEngine;
  readonly registry: ModelRegistry;
  readonly server: InferenceServer;
  readonly parser = new InferBodyParser();
  readonly http: HttpServer;
  readonly handle: ReturnType<ReturnType<typeof createApplication>['callback']>;
  readonly logged: LogLine[] = [];
  readonly #grpc: GrpcServer;
  readonly #numbers = new CalculatingEngine();
  #caller: GrpcCaller | undefined;

  constructor({
    control,
    maxUploadBytes = 200_000,
    leafSide,
    hasEveryDatatype = false,
  }: InferenceServerUnderTestOptions = {}) {
    this.registry = new ModelRegistry({
      models: [
        { ...modelToServe('resnet-50', [1, 2]), facts: { labels: catLabels } },
        modelToServe('cassava', [1]),
        modelToServe('half_plus_two', [123]),
        modelToServe('broken', [1]),
        ...(hasEveryDatatype ? [modelToServe('every_datatype', [1])] : []),
      ],
      resnet: { kind: 'model', name: 'resnet-50' },
    });
    this.leaves = new LeafEngine(leafSide);
    const limits = { allowedFormats: ['jpeg'] as const, maxPixels: 10_000, maxPictures: 8 };
    const counter = new InferenceCounter();
    const plane = { registry: this.registry, inspectImage, limits, counter };
    this.server = new InferenceServer({
      name: 'fovea',
      version: '1.2.3',
      registry: this.registry,
      inference: new TensorInference(plane),
      classification: new Classification(plane),
      counter,
      isReady: () => this.registry.readiness().ready,
      maxPictures: limits.maxPictures,
      control,
    });
    const logger = (level: LogLine['level']) => (fields: LogLine['fields'], sentence: string) => {
      this.logged.push({ level, fields, sentence });
    };
    const log = { info: logger('info'), warn: logger('warn'), error: logger('error') };
    const budget = new UploadBudget(512 * 1024 * 1024);
    const application = createApplication({
      log,
      frontEnds: openInferenceRoutes({
        server: this.server,
        parser: this.parser,
        log,
        readText: unpackedBodyReader({ limitBytes: 5 * maxUploadBytes, budget }),
        readBytes: unpackedBodyReader({ limitBytes: maxUploadBytes, budget }),
      }),
    });
    this.handle = application.callback();
    this.http = new HttpServer(application);
    this.#grpc = new GrpcServer({
      ...openInferenceServices(this.server),
      isReady: () => this.registry.readiness().ready,
      log,
      maxMessageBytes: maxUploadBytes,
    });
  }

  load(model: ModelVersion, options: LoadOptions): Promise<LoadedModel> {
    if (model.name === 'half_plus_two') return this.#numbers.load();
    if (model.name === 'cassava') return this.leaves.load();
    if (model.name === 'every_datatype') return Promise.resolve(returningModel);
    if (model.name === 'broken') return Promise.reject(new Error('broken for the tests'));
    return this.pictures.load(model, options);
  }

  async close(): Promise<void> {
    await this.pictures.close();
  }

  async start(): Promise<void> {
    await this.registry.loadAll(this, new AbortController().signal);
  }

  /** A client of the gRPC side, which listens from now on. */
  async connect(): Promise<GrpcCaller> {
    this.#caller = new GrpcCaller(await this.listenForGrpc());
    return this.#caller;
  }

  /** Resolves with the port. */
  async listenForGrpc(): Promise<number> {
    const { port } = await this.#grpc.listen({ host: '127.0.0.1', port: 0 });
    return port;
  }

  async stop(): Promise<void> {
    this.#caller?.close();
    await this.#grpc.close(0);
    await this.http.close(0);
    await this.parser.close();
    await this.registry.close();
  }
}

/** The class at hand is the likeliest, and those after it half as likely each. */
function halving(classIndex: number): readonly number[] {
  const count = catLabels.length;
  const weights = catLabels.map((_, index) => 2 ** -((index - classIndex + count) % count));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
