/** The whole HTTP gateway around a fake engine, as the composition root builds it around the real one. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ImageFormat } from '../../gateway/domain/image.ts';
import { inspectImage } from '../../gateway/imaging/inspect-image.ts';
import { Classification } from '../../gateway/inference/classification.ts';
import { ModelRegistry } from '../../gateway/inference/model-registry.ts';
import type { ModelToServe } from '../../gateway/inference/model-slot.ts';
import type { ResnetAlias } from '../../gateway/inference/resnet-alias.ts';
import { frontPage } from '../../gateway/operations/front-page.ts';
import { healthRoutes } from '../../gateway/operations/health.ts';
import { classifyRoutes } from '../../gateway/protocols/classify/classify-routes.ts';
import { predictRoutes } from '../../gateway/protocols/predict/predict-routes.ts';
import { apiKeyGuard } from '../../gateway/transports/http/api-key.ts';
import { createApplication } from '../../gateway/transports/http/application.ts';
import { bodyReader } from '../../gateway/transports/http/body.ts';
import { HttpServer, type HttpServerOptions } from '../../gateway/transports/http/http-server.ts';
import { linksUnder } from '../../gateway/transports/http/root-path.ts';
import { FakeEngine } from './fake-engine.ts';

export interface GatewayOptions {
  readonly engine?: FakeEngine;
  readonly models?: readonly ModelToServe[];
  readonly resnet?: ResnetAlias;
  readonly formats?: readonly ImageFormat[];
  readonly maxUploadBytes?: number;
  readonly maxBytesInFlight?: number;
  readonly maxPictures?: number;
  readonly maxPixels?: number;
  readonly apiKey?: string;
  readonly rootPath?: string;
  readonly gpuUtilization?: number;
  readonly httpServer?: HttpServerOptions;
}

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly fields: Readonly<Record<string, unknown>>;
  readonly sentence: string;
}

export interface GatewayUnderTest {
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  readonly http: HttpServer;
  readonly registry: ModelRegistry;
  readonly engine: FakeEngine;
  readonly logged: LogLine[];
  stop(): void;
  /** Loads every model with the fake engine. */
  load(): Promise<void>;
}

export function modelToServe(name: string, versions: readonly number[] = [1]): ModelToServe {
  return {
    name,
    facts: { title: `Title of ${name}`, licence: 'Apache-2.0', labels: ['background', 'tench', 'goldfish'] },
    versions: versions.map((version) => ({ name, version, folder: `/models/${name}/${version}` })),
    installedVersions: versions,
  };
}

export function gatewayUnderTest(options: GatewayOptions = {}): GatewayUnderTest {
  const engine = options.engine ?? new FakeEngine();
  const registry = new ModelRegistry({
    models: options.models ?? [modelToServe('classifier')],
    resnet: options.resnet ?? { kind: 'model', name: 'classifier' },
  });
  const maxPictures = options.maxPictures ?? 64;
  const limits = {
    allowedFormats: options.formats ?? (['jpeg'] as const),
    maxPixels: options.maxPixels ?? 50_000_000,
    maxPictures,
  };
  const classification = new Classification({ registry, inspectImage, limits });
  const classificationOfAllFormats = new Classification({
    registry,
    inspectImage,
    limits: { ...limits, allowedFormats: ['jpeg', 'png', 'webp'] },
  });
  const readBody = bodyReader({
    maxUploadBytes: options.maxUploadBytes ?? 20 * 1024 * 1024,
    maxParts: maxPictures + 16,
    ...(options.maxBytesInFlight === undefined ? {} : { maxBytesInFlight: options.maxBytesInFlight }),
  });
  const logged: LogLine[] = [];
  const logger = (level: LogLine['level']) => (fields: LogLine['fields'], sentence: string) => {
    logged.push({ level, fields, sentence });
  };
  let isStopping = false;
  const application = createApplication({
    rootPath: options.rootPath,
    log: { info: logger('info'), warn: logger('warn'), error: logger('error') },
    frontEnds: [
      ...frontPage({ name: 'fovea', version: '1.2.3', linkTo: linksUnder(options.rootPath) }),
      ...healthRoutes({
        readiness: () => registry.readiness(),
        isModelLoaded: () => registry.canAnswer('resnet'),
        isGpuAvailable: () => options.gpuUtilization !== undefined,
        isStopping: () => isStopping,
      }),
      ...classifyRoutes({ registry, classification, readBody }),
      ...predictRoutes({
        classification: classificationOfAllFormats,
        readBody,
        guard: apiKeyGuard(options.apiKey),
        gpuUtilization: () => options.gpuUtilization ?? null,
      }),
    ],
  });
  return {
    handle: application.callback(),
    http: new HttpServer(application, options.httpServer),
    registry,
    engine,
    logged,
    stop: () => {
      isStopping = true;
    },
    load: () => registry.loadAll(engine, new AbortController().signal),
  };
}

/** A gateway whose models are loaded. */
export async function readyGateway(options: GatewayOptions = {}): Promise<GatewayUnderTest> {
  const gateway = gatewayUnderTest(options);
  await gateway.load();
  return gateway;
}
