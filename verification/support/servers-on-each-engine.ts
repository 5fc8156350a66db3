/** Fovea with the same models on each of its engines: in its own process, and before a second tier over REST and gRPC. */
import { picturesModel, tensorsModel } from '../clients/serving-stand-in.ts';
import { startWithModels } from '../clients/served-models.ts';
import { GrpcCaller } from './grpc-caller.ts';
import type { AskedServer } from './asked-outcome.ts';
import type { TemporaryFolders } from './made-up-model.ts';
import { startModelServer } from './model-server-process.ts';
import { startServer, type RunningServer } from './running-server.ts';
import { writeSixClassModel } from './six-class-model.ts';

export const engineNames = [
  'embedded',
  'TensorFlow Serving over REST',
  'TensorFlow Serving over gRPC',
] as const;

export type EngineName = (typeof engineNames)[number];

export interface ServersOnEachEngine {
  readonly servers: ReadonlyMap<EngineName, AskedServer>;
  stop(): Promise<void>;
}

/** Resolves when all are ready. */
export async function startOnEachEngine(
  folders: TemporaryFolders,
  environment: Readonly<Record<string, string>>,
): Promise<ServersOnEachEngine> {
  const tensors = await folders.make();
  await writeSixClassModel(tensors);
  const backend = await startModelServer(
    { [picturesModel.name]: picturesModel.folder, [tensorsModel.name]: tensors },
    folders,
  );
  const before = async (protocol: 'rest' | 'grpc', port: number): Promise<RunningServer> => {
    const gateway = await startServer({
      MODELS_DIR: await folders.make(),
      RESNET_MODEL: picturesModel.name,
      TF_SERVICE: `127.0.0.1:${port}`,
      TF_PROTOCOL: protocol,
      TF_MODELS: tensorsModel.name,
      ...environment,
    });
    await gateway.ready();
    return gateway;
  };
  const running = [
    await startWithModels(folders, { environment }),
    await before('rest', backend.restPort),
    await before('grpc', backend.grpcPort),
  ];
  const asked = running.map(({ url, grpcPort }) => ({ url, grpc: new GrpcCaller(grpcPort) }));
  const servers = new Map<EngineName, AskedServer>();
  engineNames.forEach((name, index) => {
    const server = asked[index];
    if (server !== undefined) servers.set(name, server);
  });
  return {
    servers,
    async stop() {
      for (const { grpc } of asked) grpc.close();
      for (const server of running) await server.stop();
      await backend.stop();
    },
  };
}
