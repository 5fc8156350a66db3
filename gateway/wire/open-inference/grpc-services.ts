/** The gRPC services of the Open Inference Protocol, read once from our `.proto` files. */
import type { PackageDefinition, ServiceDefinition } from '@grpc/proto-loader';
import { loadProtos, serviceIn } from '../load-protos.ts';

export interface InferenceServices {
  /** `inference.GRPCInferenceService`. */
  readonly inferenceService: ServiceDefinition;
  /** `inference.model_repository.ModelRepositoryService`. */
  readonly repositoryService: ServiceDefinition;
  /** Everything, as the loader has it. */
  readonly packageDefinition: PackageDefinition;
}

let services: InferenceServices | undefined;

/** Reads them at the first call. */
export function inferenceServices(): InferenceServices {
  services ??= load();
  return services;
}

function load(): InferenceServices {
  const packageDefinition = loadProtos(['inference/grpc_service.proto', 'inference/model_repository.proto']);
  return {
    inferenceService: serviceIn(packageDefinition, 'inference.GRPCInferenceService'),
    repositoryService: serviceIn(packageDefinition, 'inference.model_repository.ModelRepositoryService'),
    packageDefinition,
  };
}
