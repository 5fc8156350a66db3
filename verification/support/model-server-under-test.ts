/** TensorFlow Serving's API over both transports, around engines that tests can watch. */
import type { Engine, LoadedModel, LoadOptions } from '../../gateway/domain/engine.ts';
import type { ModelVersion } from '../../gateway/domain/model.ts';
import { inspectImage } from '../../gateway/imaging/inspect-image.ts';
import { ModelRegistry } from '../../gateway/inference/model-registry.ts';
import type { ModelToServe } from '../../gateway/inference/model-slot.ts';
import { TensorInference } from '../../gateway/inference/tensor-inference.ts';
import {
  ModelServer,
  type ModelServerOptions,
} from '../../gateway/protocols/tensorflow-serving/model-server.ts';
import {
  tensorflowServingRoutes,
  type TensorflowServingRoutesOptions,
} from '../../gateway/protocols/tensorflow-serving/tensorflow-serving-routes.ts';
import { RestBodies } from '../../gateway/protocols/tensorflow-serving/rest-bodies.ts';
import {
  tensorflowServingServices,
  type TensorflowServingServices,
  type TensorflowServingServicesOptions,
} from '../../gateway/protocols/tensorflow-serving/tensorflow-serving-services.ts';
import { GrpcServer } from '../../gateway/transports/grpc/grpc-server.ts';
import { createApplication } from '../../gateway/transports/http/application.ts';
import { usualBudget } from '../../gateway/transports/http/body.ts';
import { base64Limit } from '../../gateway/transports/http/json-body.ts';
import { unpackedBodyReader } from '../../gateway/transports/http/unpacked-body.ts';
import { CalculatingEngine } from './calculating-engine.ts';
import { FakeEngine } from './fake-engine.ts';
import { modelToServe, type LogLine } from './gateway-under-test.ts';
import { GrpcCaller } from './grpc-caller.ts';

export interface ModelServerUnderTestOptions {
  readonly engine?: Engine;
  readonly models?: readonly ModelToServe[];
  readonly maxUploadBytes?: number;
  readonly modelServer?: Partial<ModelServerOptions>;
  readonly routes?: Partial<TensorflowServingRoutesOptions>;
  readonly services?: Partial<TensorflowServingServicesOptions>;
}

/** `half_plus_two` calculates; every other model is `pictures`. */
class EngineByName implements Engine {
  readonly name = 'by name';
  readonly #pictures: FakeEngine;
  readonly #numbers = new CalculatingEngine();

  constructor(pictures: FakeEngine) {
    this.#pictures = pictures;
  }

  load(model: ModelVersion, options: LoadOptions): Promise<LoadedModel> {
    return model.name === 'half_plus_two' ? this.#numbers.load() : this.#pictures.load(model, options);
  }

  close(): Promise<void> {
    return this.#pictures.close();
  }
}

export class ModelServerUnderTest {
  /** Behind the model `classifier`: three classes, told by the picture. */
  readonly pictures = new FakeEngine({ classCount: 3 });
  readonly registry: ModelRegistry;
  readonly modelServer: ModelServer;
  readonly handle: ReturnType<ReturnType<typeof createApplication>['callback']>;
  readonly logged: LogLine[] = [];
  readonly #bodies = new RestBodies();
  readonly #services: TensorflowServingServices;
  readonly #grpc: GrpcServer;
  readonly #engine: Engine;
  #caller: GrpcCaller | undefined;

  constructor(options: ModelServerUnderTestOptions = {}) {
    const { maxUploadBytes = 1_000_000 } = options;
    this.#engine = options.engine ?? new EngineByName(this.pictures);
    this.registry = new ModelRegistry({
      models: options.models ?? [modelToServe('classifier', [1, 2]), modelToServe('half_plus_two', [123])],
      resnet: { kind: 'model', name: 'classifier' },
    });
    const limits = { allowedFormats: ['jpeg'] as const, maxPixels: 10_000, maxPictures: 8 };
    this.modelServer = new ModelServer({
      registry: this.registry,
      inference: new TensorInference({ registry: this.registry, inspectImage, limits }),
      labels: (model) => new Map(model === 'classifier' ? [['stable', 1]] : []),
      ...options.modelServer,
    });
    const logger = (level: LogLine['level']) => (fields: LogLine['fields'], sentence: string) => {
      this.logged.push({ level, fields, sentence });
    };
    const log = { info: logger('info'), warn: logger('warn'), error: logger('error') };
    const application = createApplication({
      log,
      frontEnds: tensorflowServingRoutes({
        modelServer: this.modelServer,
        readBody: unpackedBodyReader({
          limitBytes: base64Limit(maxUploadBytes),
          budget: usualBudget({ maxUploadBytes }),
        }),
        bodies: this.#bodies,
        log,
        ...options.routes,
      }),
    });
    this.handle = application.callback();
    this.#services = tensorflowServingServices({ modelServer: this.modelServer, ...options.services });
    this.#grpc = new GrpcServer({
      ...this.#services,
      isReady: () => this.registry.readiness().ready,
      log,
      maxMessageBytes: maxUploadBytes,
    });
  }

  async load(): Promise<void> {
    await this.registry.loadAll(this.#engine, new AbortController().signal);
  }

  /** A client of the gRPC side, which listens from now on. */
  async connect(): Promise<GrpcCaller> {
    this.#caller = new GrpcCaller(await this.listen());
    return this.#caller;
  }

  /** The port of the gRPC side, which listens from now on. */
  async listen(): Promise<number> {
    const { port } = await this.#grpc.listen({ host: '127.0.0.1', port: 0 });
    return port;
  }

  async stop(): Promise<void> {
    this.#caller?.close();
    await this.#grpc.close(0);
    await this.#services.close();
    await this.#bodies.close();
    await this.registry.close();
  }
}
