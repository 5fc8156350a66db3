/** Everything that clients speak to: the HTTP application with every protocol, and gRPC where there is a port for it. */
import type { Configuration } from './configuration.ts';
import { frontEndOperations } from './front-end-operations.ts';
import type { GrpcFrontEnd, GrpcFrontEndOptions } from './grpc-front-end.ts';
import type { ModelSource } from './model-sources/model-source.ts';
import type { ModelsInService } from './models-in-service.ts';
import { documentationRoutes } from './operations/documentation/documentation-routes.ts';
import { frontPage } from './operations/front-page.ts';
import { healthRoutes } from './operations/health.ts';
import { loneMetricsRoutes, metricsRoutes } from './operations/metrics.ts';
import { classifyRoutes } from './protocols/classify/classify-routes.ts';
import { InferBodyParser } from './protocols/open-inference/infer-body-parser.ts';
import { InferenceServer } from './protocols/open-inference/inference-server.ts';
import { openInferenceRoutes } from './protocols/open-inference/open-inference-routes.ts';
import { predictRoutes } from './protocols/predict/predict-routes.ts';
import { ModelServer } from './protocols/tensorflow-serving/model-server.ts';
import { RestBodies } from './protocols/tensorflow-serving/rest-bodies.ts';
import { tensorflowServingRoutes } from './protocols/tensorflow-serving/tensorflow-serving-routes.ts';
import { GpuMeter } from './telemetry/gpu-meter.ts';
import type { Log } from './telemetry/log.ts';
import { apiKeyGuard } from './transports/http/api-key.ts';
import { createApplication } from './transports/http/application.ts';
import { bodyReader, usualBudget } from './transports/http/body.ts';
import { HttpServer, type ListeningAddress } from './transports/http/http-server.ts';
import { base64Limit } from './transports/http/json-body.ts';
import { linksUnder } from './transports/http/root-path.ts';
import { unpackedBodyReader } from './transports/http/unpacked-body.ts';
import { protoFolder } from './wire/proto-folder.ts';

export interface FrontEndOptions {
  readonly configuration: Configuration;
  readonly log: Log;
  readonly version: string;
  readonly models: ModelsInService;
  /** Where models come from when the configuration does not say so. */
  readonly source: ModelSource | undefined;
  readonly servingApi: ServingApiOptions | undefined;
  readonly isStopping: () => boolean;
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
  /** `undefined` when the metrics have no port of their own. */
  readonly metrics?: ListeningAddress | undefined;
}

export interface FrontEnds {
  /** The listener that supertest and other frameworks take, without a port. */
  readonly handler: ReturnType<ReturnType<typeof createApplication>['callback']>;
  listen(): Promise<ListeningPlaces>;
  /**
   * Stops accepting and lets what is inside finish within the grace period.
   *
   * @returns whether everything inside could finish.
   */
  close(graceMilliseconds: number): Promise<boolean>;
}

export async function createFrontEnds(options: FrontEndOptions): Promise<FrontEnds> {
  const { configuration, log, version, models, source, servingApi, isStopping } = options;
  const { registry, classification, classificationOfAllFormats, inference } = models;
  const isReady = (): boolean => !isStopping() && registry.readiness().ready;
  const gpu = new GpuMeter();

  const budget = usualBudget(configuration);
  const bodies = { maxUploadBytes: configuration.maxUploadBytes, budget };
  const modelServer = new ModelServer({
    registry,
    inference,
    // A server in another one's place knows the names that it was given: a gateway asks it for each name that it knows.
    isStandIn: source !== undefined,
    labels: source?.labels,
    reload: source?.reload,
  });
  const inferenceServer = new InferenceServer({
    name: 'fovea',
    version,
    registry,
    inference,
    classification: classificationOfAllFormats,
    counter: models.counter,
    isReady,
    maxPictures: configuration.maxPictures,
    logLevel: configuration.logLevel,
    control: models.control,
  });
  const parser = new InferBodyParser();
  const restBodies = new RestBodies();
  const readBody = bodyReader({ ...bodies, maxParts: configuration.maxPictures + 16 });
  const expositions = [() => modelServer.metrics.exposition(), () => inferenceServer.metrics()];
  const application = createApplication({
    log,
    rootPath: configuration.rootPath,
    frontEnds: [
      // What looks at the first letters of a path only, then what is asked most, each router being a little work.
      ...tensorflowServingRoutes({
        modelServer,
        readBody: unpackedBodyReader({ limitBytes: base64Limit(configuration.maxUploadBytes), budget }),
        bodies: restBodies,
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
      ...classifyRoutes({ registry, classification, readBody }),
      ...predictRoutes({
        classification: classificationOfAllFormats,
        readBody,
        guard: apiKeyGuard(configuration.apiKey),
        gpuUtilization: () => gpu.read().utilization,
      }),
      ...frontPage({ name: 'fovea', version, linkTo: linksUnder(configuration.rootPath) }),
      ...healthRoutes({
        readiness: () => registry.readiness(),
        isModelLoaded: () => registry.canAnswer('resnet'),
        isGpuAvailable: () => gpu.read().isAvailable,
        isStopping,
      }),
      ...metricsRoutes(expositions),
      ...documentationRoutes({
        version,
        operations: frontEndOperations,
        listModels: () => registry.list(),
        hasApiKey: configuration.apiKey !== undefined,
        protoFolder: protoFolder(),
      }),
    ],
  });
  const http = new HttpServer(application);
  const metrics = metricsServer({ ...options, expositions });
  const grpc = await grpcServer({ ...options, modelServer, inferenceServer, isReady, budget });
  return {
    handler: application.callback(),
    async listen() {
      const { host, port, grpcPort, isGrpcPortChosen, metricsPort = 0 } = configuration;
      const places = {
        http: await http.listen({ host, port }),
        metrics: await metrics?.listen({ host, port: metricsPort }),
      };
      gpu.read();
      if (grpc === undefined || grpcPort === 'off') return { ...places, grpc: undefined };
      try {
        return { ...places, grpc: await grpc.listen({ host, port: grpcPort }) };
      } catch (error) {
        if (isGrpcPortChosen || !isTaken(error)) throw error;
        log.warn({ port: grpcPort }, withoutGrpc(grpcPort));
        return { ...places, grpc: undefined };
      }
    },
    async close(graceMilliseconds) {
      gpu.close();
      const servers = [http, metrics, grpc].filter((server) => server !== undefined);
      const ends = servers.map((server) => server.close(graceMilliseconds));
      const areFinished = await Promise.all(ends);
      await Promise.all([parser.close(), restBodies.close()]);
      return areFinished.every(Boolean);
    },
  };
}

/** A 32-bit float is four bytes; as JSON, with all the digits that Python writes, it is twenty. */
const tensorTextLimit = (maxUploadBytes: number): number => 5 * maxUploadBytes;

/** Only for whoever wants them on another port than everything else. */
function metricsServer({
  configuration: { port, metricsPort, rootPath },
  log,
  expositions,
}: FrontEndOptions & { readonly expositions: readonly (() => string)[] }): HttpServer | undefined {
  if (metricsPort === undefined || (metricsPort === port && port !== 0)) return undefined;
  return new HttpServer(createApplication({ log, rootPath, frontEnds: loneMetricsRoutes(expositions) }));
}

/** Loaded only for whoever has a port for it. */
async function grpcServer(
  options: FrontEndOptions & Omit<GrpcFrontEndOptions, 'isContentPreferred' | 'maxUploadBytes'>,
): Promise<GrpcFrontEnd | undefined> {
  const { configuration, servingApi } = options;
  if (configuration.grpcPort === 'off') return undefined;
  const { grpcFrontEnd } = await import('./grpc-front-end.ts');
  return grpcFrontEnd({
    ...options,
    isContentPreferred: servingApi?.isContentPreferred,
    maxUploadBytes: configuration.maxUploadBytes,
  });
}

const isTaken = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';

/** A second server beside a first one needs no configuration as long as nobody asks for a port. */
const withoutGrpc = (port: number): string =>
  `Port ${port} is taken, so there is no gRPC here; choose another one with --grpc-port.`;
