/** The Open Inference Protocol over gRPC: `inference.GRPCInferenceService`. */
import { grpcMethod, type CallContext, type GrpcMethod } from '../../transports/grpc/grpc-method.ts';
import { inferenceServices, type InferenceServices } from '../../wire/open-inference/grpc-services.ts';
import { fromInferRequest, toInferResponse } from '../../wire/open-inference/infer-messages.ts';
import type {
  ModelInferRequestMessage,
  ModelInferResponseMessage,
  ModelRequestMessage,
  RepositoryIndexRequestMessage,
  RepositoryModelRequestMessage,
} from '../../wire/open-inference/messages.ts';
import type { InferenceServer } from './inference-server.ts';

/** What a gRPC server needs to offer the service. */
export interface OpenInferenceServices {
  readonly methods: readonly GrpcMethod[];
  readonly packageDefinition: InferenceServices['packageDefinition'];
}

export function openInferenceServices(server: InferenceServer): OpenInferenceServices {
  const { inferenceService, packageDefinition } = inferenceServices();
  const method = (
    name: string,
    answer: (request: object, context: CallContext) => object | Promise<object>,
  ): GrpcMethod => {
    const definition = inferenceService[name];
    if (definition === undefined) throw new Error(`the service has no method ${name}`);
    return grpcMethod(definition, async (request, context) => answer(request, context));
  };
  const methods = [
    method('ServerLive', () => ({ live: true })),
    method('ServerReady', () => ({ ready: server.isReady() })),
    method('ServerMetadata', () => server.metadata()),
    method('ModelReady', (request: ModelRequestMessage) => ({
      ready: server.isModelReady(toModel(request)),
    })),
    method('ModelMetadata', (request: ModelRequestMessage) => server.modelMetadata(toModel(request))),
    method('ModelConfig', (request: ModelRequestMessage) => ({
      config: server.modelConfig(toModel(request)),
    })),
    method('ModelStatistics', (request: ModelRequestMessage) => ({
      model_stats: server.modelStatistics((request.name ?? '') === '' ? undefined : toModel(request)),
    })),
    method('ModelInfer', (request: ModelInferRequestMessage, context) => infer(server, request, context)),
    method('RepositoryIndex', ({ ready = false }: RepositoryIndexRequestMessage) => ({
      models: server.index(ready),
    })),
    method('RepositoryModelLoad', async ({ model_name: name = '' }: RepositoryModelRequestMessage) => {
      await server.load(name);
      return {};
    }),
    method('RepositoryModelUnload', async ({ model_name: name = '' }: RepositoryModelRequestMessage) => {
      await server.unload(name);
      return {};
    }),
  ];
  return { methods, packageDefinition };
}

async function infer(
  server: InferenceServer,
  message: ModelInferRequestMessage,
  { signal, noteModel }: CallContext,
): Promise<ModelInferResponseMessage> {
  const { model_name: name = '', model_version: version } = message;
  const model = server.resolve({ name, version });
  noteModel(`${model.name}/${model.version}`);
  return toInferResponse(await server.infer(model, fromInferRequest(message), signal));
}

const toModel = ({
  name = '',
  version,
}: ModelRequestMessage): { name: string; version: string | undefined } => ({
  name,
  version,
});
