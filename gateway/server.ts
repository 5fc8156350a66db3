/** The composition root of the server: builds every part from one Configuration and takes them down in reverse. */
import type { Configuration } from './configuration.ts';
import type { LoadReport } from './inference/model-registry.ts';
import type { ModelSource } from './model-sources/model-source.ts';
import { openModels, type ModelsInService } from './models-in-service.ts';
import { frontPage } from './operations/front-page.ts';
import { healthRoutes } from './operations/health.ts';
import { classifyRoutes } from './protocols/classify/classify-routes.ts';
import { ModelServer } from './protocols/tensorflow-serving/model-server.ts';
import { tensorflowServingRoutes } from './protocols/tensorflow-serving/tensorflow-serving-routes.ts';
import { tensorflowServingServices } from './protocols/tensorflow-serving/tensorflow-serving-services.ts';
import { settings } from './settings.ts';
import type { Log } from './telemetry/log.ts';
import { GrpcServer } from './transports/grpc/grpc-server.ts';
import { createApplication } from './transports/http/application.ts';
import { bodyReader, plainBodyReader, usualBudget } from './transports/http/body.ts';
import { HttpServer, type ListeningAddress } from './transports/http/http-server.ts';

export interface ServerOptions {
  readonly configuration: Configuration;
  readonly log: Log;
  readonly version: string;
  /** Where models come from; what the configuration says when absent. */
  readonly source?: ModelSource | undefined;
  /** How TensorFlow Serving's API behaves where its own flags say so. */
  readonly servingApi?: ServingApiOptions | undefined;
  readonly onLoaded?: (report: LoadReport) => void;
}

export interface ServingApiOptions {
  /** How long an inference over REST may take; TensorFlow Serving's 30 s if absent. */
  readonly timeoutMilliseconds?: number | undefined;
  /** Answers tensors over gRPC as raw bytes instead of typed fields. */
  readonly isContentPreferred?: boolean | undefined;
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
  const { registry, classification, inference } = models;
  const loading = new AbortController();
  let isStopping = false;

  const budget = usualBudget(configuration);
  const bodies = { maxUploadBytes: configuration.maxUploadBytes, budget };
  const modelServer = new ModelServer({
    registry,
    inference,
    labels: source?.labels,
    reload: source?.reload,
  });
  const application = createApplication({
    log,
    frontEnds: [
      ...frontPage({ name: 'fovea', version }),
      ...healthRoutes({ readiness: () => registry.readiness(), isStopping: () => isStopping }),
      ...classifyRoutes({
        registry,
        classification,
        readBody: bodyReader({ ...bodies, maxParts: configuration.maxPictures + 16 }),
      }),
      ...tensorflowServingRoutes({
        modelServer,
        readBody: plainBodyReader(bodies),
        log,
        timeoutMilliseconds: servingApi?.timeoutMilliseconds,
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
            ...tensorflowServingServices({
              modelServer,
              isContentPreferred: servingApi?.isContentPreferred,
            }),
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
      const graceMilliseconds = configuration.shutdownGraceSeconds * 1000;
      const began = performance.now();
      const finished = await Promise.all([
        http.close(graceMilliseconds),
        grpc?.server.close(graceMilliseconds) ?? true,
      ]).then((ends) => ends.every(Boolean));
      // Nobody waits any more for what was cut off.
      await models.close(finished ? Math.max(0, graceMilliseconds - (performance.now() - began)) : 0);
      return finished;
    },
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
