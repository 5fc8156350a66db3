/** The composition root of the server: builds every part from one Configuration and takes them down in reverse. */
import type { Configuration } from './configuration.ts';
import type { LoadReport } from './inference/model-registry.ts';
import { openModels, type ModelsInService } from './models-in-service.ts';
import { frontPage } from './operations/front-page.ts';
import { healthRoutes } from './operations/health.ts';
import { classifyRoutes } from './protocols/classify/classify-routes.ts';
import type { Log } from './telemetry/log.ts';
import { createApplication } from './transports/http/application.ts';
import { bodyReader } from './transports/http/body.ts';
import { HttpServer, type ListeningAddress } from './transports/http/http-server.ts';

export interface ServerOptions {
  readonly configuration: Configuration;
  readonly log: Log;
  readonly version: string;
  readonly onLoaded?: (report: LoadReport) => void;
}

export interface FoveaServer {
  /** The listener that supertest and other frameworks take, without a port. */
  readonly handler: ReturnType<ReturnType<typeof createApplication>['callback']>;
  readonly models: ModelsInService;
  /** Listens at once, so that health checks are answered while models load. */
  listen(): Promise<ListeningAddress>;
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
  const { configuration, log, version, onLoaded } = options;
  const models = await openModels({ configuration, log, ...(onLoaded === undefined ? {} : { onLoaded }) });
  const { registry, classification } = models;
  const loading = new AbortController();
  let isStopping = false;

  const readBody = bodyReader({
    maxUploadBytes: configuration.maxUploadBytes,
    maxParts: configuration.maxPictures + 16,
  });
  const application = createApplication({
    log,
    frontEnds: [
      ...frontPage({ name: 'fovea', version }),
      ...healthRoutes({ readiness: () => registry.readiness(), isStopping: () => isStopping }),
      ...classifyRoutes({ registry, classification, readBody }),
    ],
  });
  const http = new HttpServer(application);

  return {
    handler: application.callback(),
    models,
    listen: () => http.listen({ host: configuration.host, port: configuration.port }),
    load: () => models.load(loading.signal),
    async close() {
      isStopping = true;
      loading.abort();
      const graceMilliseconds = configuration.shutdownGraceSeconds * 1000;
      const began = performance.now();
      const finished = await http.close(graceMilliseconds);
      // Nobody waits any more for what was cut off.
      await models.close(finished ? Math.max(0, graceMilliseconds - (performance.now() - began)) : 0);
      return finished;
    },
  };
}
