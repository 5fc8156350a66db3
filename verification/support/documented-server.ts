/** The whole server as it is composed, with a document to hold against what it does. */
import { readConfiguration } from '../../gateway/configuration.ts';
import type { Engine } from '../../gateway/domain/engine.ts';
import { modelsOnDisk } from '../../gateway/model-sources/models-on-disk.ts';
import { createServer, type FoveaServer } from '../../gateway/server.ts';
import { installPictureFixture } from './picture-fixture.ts';

/** The model it serves, in version 1. */
export const documentedModel = 'tiny';

/** Bytes; small, so that a test can go beyond them. */
export const mostUploadBytes = 65_536;

export interface DocumentedServer {
  readonly server: FoveaServer;
  readonly url: string;
}

const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

export interface DocumentedServerOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** In the place of the real one. */
  readonly engine?: Engine;
  /** Whether the version 1 has the label `stable`, as only the configuration of TensorFlow Serving's API can give one. */
  readonly hasLabel?: boolean;
}

/** Resolves when its model is loaded. */
export async function startDocumentedServer({
  environment = {},
  engine,
  hasLabel = false,
}: DocumentedServerOptions = {}): Promise<DocumentedServer> {
  const fixture = await installPictureFixture();
  const outcome = readConfiguration({
    environment: {
      HOST: '127.0.0.1',
      IC_PORT: '0',
      GRPC_PORT: 'off',
      MODELS_DIR: fixture.modelsFolder,
      CACHE_DIR: fixture.cacheFolder,
      WORKERS: '1',
      MAX_UPLOAD_BYTES: String(mostUploadBytes),
      ...environment,
    },
    flags: [],
  });
  if ('faults' in outcome) throw new Error(outcome.faults.join(' '));
  const { configuration } = outcome;
  const labels = (): ReadonlyMap<string, number> => new Map([['stable', 1]]);
  const source = hasLabel ? { ...(await modelsOnDisk(configuration, silent)), labels } : undefined;
  const server = await createServer({ configuration, log: silent, version: '1.2.3', engine, source });
  const { http } = await server.listen();
  await server.load();
  return { server, url: `http://127.0.0.1:${http.port}` };
}
