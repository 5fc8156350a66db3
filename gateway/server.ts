/** The composition root of the server: builds every part from one Configuration and takes them down in reverse. */
import type { Configuration } from './configuration.ts';
import type { Engine } from './domain/engine.ts';
import { frontEndOperations } from './front-end-operations.ts';
import type { LoadReport } from './inference/load-report.ts';
import type { ModelSource } from './model-sources/model-source.ts';
import { openModels, type ModelsInService } from './models-in-service.ts';
import { documentationRoutes } from './operations/documentation/documentation-routes.ts';
import { frontPage } from './operations/front-page.ts';
import { healthRoutes } from './operations/health.ts';
import { metricsRoutes } from './operations/metrics.ts';
import { classifyRoutes } from './protocols/classify/classify-routes.ts';
import { InferBodyParser } from './protocols/open-inference/infer-body-parser.ts';
import { InferenceServer } from './protocols/open-inference/inference-server.ts';
import { openInferenceRoutes } from './protocols/open-inference/open-inference-routes.ts';
import { openInferenceServices } from './protocols/open-inference/open-inference-services.ts';
import { predictRoutes } from './protocols/predict/predict-routes.ts';
import { ModelServer } from './protocols/tensorflow-serving/model-server.ts';
import { tensorflowServingRoutes } from './protocols/tensorflow-serving/tensorflow-serving-routes.ts';
import { tensorflowServingServices } from './protocols/tensorflow-serving/tensorflow-serving-services.ts';
import { settings } from './settings.ts';
import { GpuMeter } from './telemetry/gpu-meter.ts';
import type { Log } from './telemetry/log.ts';
import { GrpcServer, type GrpcServerOptions } from './transports/grpc/grpc-server.ts';
import { apiKeyGuard } from './transports/http/api-key.ts';
import { createApplication } from './transports/http/application.ts';
import { bodyReader, usualBudget } from './transports/http/body.ts';
import { HttpServer, type ListeningAddress } from './transports/http/http-server.ts';
import { unpackedBodyReader } from './transports/http/unpacked-body.ts';
import { base64Limit } from './transports/http/json-body.ts';
import { linksUnder } from './transports/http/root-path.ts';
import { protoFolder } from './wire/proto-folder.ts';

export interface ServerOptions {
  readonly configuration: Configuration;
  readonly log: Log;
  readonly version: string;
  /** Where models come from; what the configuration says when absent. */
  readonly source?: ModelSource | undefined;
  /** What runs the models; what the configuration says when absent. */
  readonly engine?: Engine | undefined;
  /** How TensorFlow Serving's API behaves where its own flags say so. */
  readonly servingApi?: ServingApiOptions | undefined;
  readonly onLoaded?: (report: LoadReport) => void;
}

export interface ServingApiOptions {
  /** How long an inference over REST may take; TensorFlow Serving's 30 s if absent. */
  readonly timeoutMilliseconds?: number | undefined;
  /** Answers tensors over gRPC as raw bytes instead of typed fields. */
  readonly isContentPreferred?: boolean | undefined;
  /** Lets scripts of any web page call the REST API. */
  readonly isOpenToOtherOrigins?: boolean | undefined;
}

export interface ListeningPlaces {
  readonly http: ListeningAddress;
  /** `undefined` when there is no gRPC. */
  readonly grpc: ListeningAddress | undefined;
}

export interface FoveaServer {
  /** The listener that supertest and other frameworks take, without a port. */
  readonly handler: ReturnType<ReturnType<typeof createApplication>['callback']>;
  readonly models: ModelsInService;
  /** Listens at once, so that health checks are answered while models load. */
  listen(): Promise<ListeningPlaces>;
  /** Resolves when every model is ready or has failed. */
  load(): Promise<void>;
  /**
   * Stops accepting, lets what is inside finish within the grace period, then closes the models.
   *
   * @returns whether everything inside could finish.
   */
  close(): Promise<boolean>;
}

export async function createServer(options: ServerOptions): Promise<FoveaServer> {
  const { log, version, source, servingApi } = options;
  // Variables that are meant for a gateway before it may reach the server that holds the models as well.
  const configuration =
    source === undefined ? options.configuration : { ...options.configuration, tfService: undefined };
  const models = await openModels({ ...options, configuration });
  const { registry, classification, classificationOfAllFormats, inference } = models;
  const gpu = new GpuMeter();
  const loading = new AbortController();
  let isStopping = false;

  const budget = usualBudget(configuration);
  const bodies = { maxUploadBytes: configuration.maxUploadBytes, budget };
  const modelServer = new ModelServer({
    registry,
    inference,
    // A server in another one's place knows the names that it was given: a gateway asks it for each name that it knows.
    isResnetKnown: source === undefined,
    labels: source?.labels,
    reload: source?.reload,
  });
  const inferenceServer = new InferenceServer({
    name: 'fovea',
    version,
    registry,
    inference,
    classification: classificationOfAllFormats,
    isReady: () => !isStopping && registry.readiness().ready,
    maxPictures: configuration.maxPictures,
    logLevel: configuration.logLevel,
    control: models.control,
  });
  const parser = new InferBodyParser();
  const readBody = bodyReader({ ...bodies, maxParts: configuration.maxPictures + 16 });
  const application = createApplication({
    log,
    rootPath: configuration.rootPath,
    frontEnds: [
      ...frontPage({ name: 'fovea', version, linkTo: linksUnder(configuration.rootPath) }),
      ...healthRoutes({
        readiness: () => registry.readiness(),
        isModelLoaded: () => registry.canAnswer('resnet'),
        isGpuAvailable: () => gpu.read().isAvailable,
        isStopping: () => isStopping,
      }),
      ...metricsRoutes([() => modelServer.metrics.exposition(), () => inferenceServer.metrics()]),
      ...documentationRoutes({
        version,
        operations: frontEndOperations,
        listModels: () => registry.list(),
        hasApiKey: configuration.apiKey !== undefined,
        protoFolder: protoFolder(),
      }),
      ...classifyRoutes({ registry, classification, readBody }),
      ...predictRoutes({
        classification: classificationOfAllFormats,
        readBody,
        guard: apiKeyGuard(configuration.apiKey),
        gpuUtilization: () => gpu.read().utilization,
      }),
      ...tensorflowServingRoutes({
        modelServer,
        readBody: unpackedBodyReader({ limitBytes: base64Limit(configuration.maxUploadBytes), budget }),
        log,
        timeoutMilliseconds: servingApi?.timeoutMilliseconds,
        isOpenToOtherOrigins: servingApi?.isOpenToOtherOrigins,
      }),
      ...openInferenceRoutes({
        server: inferenceServer,
        parser,
        log,
        readText: unpackedBodyReader({ limitBytes: tensorTextLimit(configuration.maxUploadBytes), budget }),
        readBytes: unpackedBodyReader({ limitBytes: configuration.maxUploadBytes, budget }),
      }),
    ],
  });
  const http = new HttpServer(application);
  const grpc =
    configuration.grpcPort === 'off'
      ? undefined
      : {
          port: configuration.grpcPort,
          server: new GrpcServer({
            ...allServices(
              tensorflowServingServices({ modelServer, isContentPreferred: servingApi?.isContentPreferred }),
              openInferenceServices(inferenceServer),
            ),
            isReady: () => !isStopping && registry.readiness().ready,
            log,
            maxMessageBytes: configuration.maxUploadBytes,
            budget,
          }),
        };

  return {
    handler: application.callback(),
    models,
    async listen() {
      const { host, port } = configuration;
      const address = await http.listen({ host, port });
      gpu.read();
      if (grpc === undefined) return { http: address, grpc: undefined };
      try {
        return { http: address, grpc: await grpc.server.listen({ host, port: grpc.port }) };
      } catch (error) {
        refuseUnlessUsual(error, grpc.port, log);
        return { http: address, grpc: undefined };
      }
    },
    load: () => models.load(loading.signal),
    async close() {
      isStopping = true;
      loading.abort();
      gpu.close();
      const graceMilliseconds = configuration.shutdownGraceSeconds * 1000;
      const began = performance.now();
      const finished = await Promise.all([
        http.close(graceMilliseconds),
        grpc?.server.close(graceMilliseconds) ?? true,
      ]).then((ends) => ends.every(Boolean));
      await parser.close();
      // Nobody waits any more for what was cut off.
      await models.close(finished ? Math.max(0, graceMilliseconds - (performance.now() - began)) : 0);
      return finished;
    },
  };
}

/** A 32-bit float is four bytes; as JSON, with all the digits that Python writes, it is twenty. */
const tensorTextLimit = (maxUploadBytes: number): number => 5 * maxUploadBytes;

type Services = Pick<GrpcServerOptions, 'methods' | 'streams' | 'packageDefinition'>;

function allServices(...services: readonly Services[]): Services {
  return {
    methods: services.flatMap(({ methods }) => methods),
    streams: services.flatMap(({ streams = [] }) => streams),
    packageDefinition: Object.fromEntries(
      services.flatMap(({ packageDefinition }) => Object.entries(packageDefinition)),
    ),
  };
}

/**
 * A second server beside a first one needs no configuration as long as nobody asks for a port: it has no gRPC then.
 *
 * @throws the error, when somebody has chosen the port or it is another fault
 */
function refuseUnlessUsual(error: unknown, port: number, log: Log): void {
  const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  if (!isTaken || port !== settings.grpcPort.fallback) throw error;
  log.warn({ port }, `Port ${port} is taken, so there is no gRPC here; choose another one with --grpc-port.`);
}
