/** The gRPC server with the services of every protocol that has some. */
import type { InferenceServer } from './protocols/open-inference/inference-server.ts';
import { openInferenceServices } from './protocols/open-inference/open-inference-services.ts';
import type { ModelServer } from './protocols/tensorflow-serving/model-server.ts';
import { tensorflowServingServices } from './protocols/tensorflow-serving/tensorflow-serving-services.ts';
import { GrpcServer, type GrpcServerOptions } from './transports/grpc/grpc-server.ts';

/** Room in a message for what stands around an upload: names, shapes, and a few bytes for each picture. */
const surroundingsBytes = 64 * 1024;

export interface GrpcFrontEndOptions extends Pick<GrpcServerOptions, 'isReady' | 'log' | 'budget'> {
  readonly modelServer: ModelServer;
  readonly inferenceServer: InferenceServer;
  /** Answers TensorFlow Serving's clients with tensors as raw bytes instead of typed fields. */
  readonly isContentPreferred: boolean | undefined;
  /** The largest upload over HTTP, which fits into a message too. */
  readonly maxUploadBytes: number;
}

export type GrpcFrontEnd = Pick<GrpcServer, 'listen' | 'close'>;

export function grpcFrontEnd(options: GrpcFrontEndOptions): GrpcFrontEnd {
  const { modelServer, inferenceServer, isContentPreferred, isReady, log, maxUploadBytes, budget } = options;
  const serving = tensorflowServingServices({ modelServer, isContentPreferred });
  const inference = openInferenceServices(inferenceServer);
  const server = new GrpcServer({
    methods: [...serving.methods, ...inference.methods],
    streams: inference.streams,
    packageDefinition: () => ({ ...serving.packageDefinition(), ...inference.packageDefinition() }),
    isReady,
    log,
    maxMessageBytes: maxUploadBytes + surroundingsBytes,
    budget,
  });
  return {
    listen: (address) => server.listen(address),
    close: async (graceMilliseconds) => {
      const isFinished = await server.close(graceMilliseconds);
      await serving.close();
      return isFinished;
    },
  };
}
