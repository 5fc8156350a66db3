/** The Open Inference Protocol over gRPC: `inference.GRPCInferenceService`, and MLServer's service of the repository. */
import { sendable } from '../../transports/grpc/call-outcome.ts';
import {
  grpcMethod,
  grpcStreamMethod,
  type CallContext,
  type GrpcMethod,
  type GrpcStreamMethod,
  type MethodDefinition,
} from '../../transports/grpc/grpc-method.ts';
import { weighedMethod, type WeighedMethod } from '../../wire/weighed-method.ts';
import { protoFolder } from '../../wire/proto-folder.ts';
import { withReflectionFiles } from '../../wire/reflection-files.ts';
import { inferenceServices, type InferenceServices } from '../../wire/open-inference/grpc-services.ts';
import { fromInferRequest, toInferResponse } from '../../wire/open-inference/infer-messages.ts';
import { readInferRequestMessage } from '../../wire/open-inference/infer-request-message.ts';
import type {
  ModelInferRequestMessage,
  ModelInferResponseMessage,
  ModelRequestMessage,
  ModelStreamInferResponseMessage,
  RepositoryIndexRequestMessage,
  RepositoryModelRequestMessage,
} from '../../wire/open-inference/messages.ts';
import { extensionCalls } from './extension-calls.ts';
import type { InferenceServer } from './inference-server.ts';

/** What a gRPC server needs to offer the services. */
export interface OpenInferenceServices {
  readonly methods: readonly GrpcMethod[];
  readonly streams: readonly GrpcStreamMethod[];
  /** With the files that reflection shows to clients. */
  readonly packageDefinition: () => InferenceServices['packageDefinition'];
}

type Service = InferenceServices['inferenceService'];
type Answer = (request: object, context: CallContext) => object | Promise<object>;

export function openInferenceServices(server: InferenceServer): OpenInferenceServices {
  const { inferenceService, repositoryService, packageDefinition } = inferenceServices();
  const repository = repositoryCalls(server);
  const of = (service: Service, name: string): WeighedMethod =>
    weighedMethod(service, name, packageDefinition);
  const methodsOf = (service: Service, answers: Readonly<Record<string, Answer>>): readonly GrpcMethod[] =>
    Object.entries(answers).map(([name, answer]) =>
      grpcMethod(of(service, name), async (request: object, context) => answer(request, context)),
    );
  const methods = [
    ...methodsOf(inferenceService, {
      ServerLive: () => ({ live: true }),
      ServerReady: () => ({ ready: server.isReady() }),
      ServerMetadata: () => server.metadata(),
      ModelReady: (request: ModelRequestMessage) => ({ ready: server.isModelReady(toModel(request)) }),
      ModelMetadata: (request: ModelRequestMessage) => server.modelMetadata(toModel(request)),
      ModelConfig: (request: ModelRequestMessage) => ({ config: server.modelConfig(toModel(request)) }),
      ModelStatistics: (request: ModelRequestMessage) => ({
        model_stats: server.modelStatistics((request.name ?? '') === '' ? undefined : toModel(request)),
      }),
      ...repository,
      ...extensionCalls(server),
    }),
    grpcMethod(withOwnReader(of(inferenceService, 'ModelInfer')), async (request, context) =>
      infer(server, request, context),
    ),
    // Its messages are the same.
    ...methodsOf(repositoryService, repository),
  ];
  return {
    methods,
    streams: [inferStream(withOwnReader(of(inferenceService, 'ModelStreamInfer')), server)],
    packageDefinition: () => withReflectionFiles(packageDefinition, protoFolder()),
  };
}

type InferMethod = MethodDefinition<ModelInferRequestMessage, object>;

/** The generated reader makes a list of numbers one by one, which holds everybody up when they are millions. */
function withOwnReader({ requireBearable, ...method }: WeighedMethod): InferMethod {
  return {
    ...method,
    requestDeserialize: (bytes) => {
      requireBearable(bytes, 'own');
      return readInferRequestMessage(bytes);
    },
  };
}

function repositoryCalls(server: InferenceServer): Readonly<Record<string, Answer>> {
  return {
    RepositoryIndex: ({ ready = false }: RepositoryIndexRequestMessage) => ({ models: server.index(ready) }),
    RepositoryModelLoad: async ({ model_name: name = '' }: RepositoryModelRequestMessage) => {
      await server.load(name);
      return {};
    },
    RepositoryModelUnload: async ({ model_name: name = '' }: RepositoryModelRequestMessage) => {
      await server.unload(name);
      return {};
    },
  };
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

/** What tells a client of Triton that no other answer to its request follows. */
const lastOfRequest = { triton_final_response: { bool_param: true } } as const;

function inferStream(method: InferMethod, server: InferenceServer): GrpcStreamMethod {
  return grpcStreamMethod<ModelInferRequestMessage, ModelStreamInferResponseMessage>(method, {
    answer: async (request, context) => ({
      infer_response: { ...(await infer(server, request, context)), parameters: lastOfRequest },
    }),
    refusal: ({ message }, request) => ({
      error_message: sendable(message),
      infer_response: { id: request?.id ?? '', parameters: lastOfRequest },
    }),
  });
}

const toModel = ({
  name = '',
  version,
}: ModelRequestMessage): { name: string; version: string | undefined } => ({
  name,
  version,
});
