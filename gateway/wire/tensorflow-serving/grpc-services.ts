/** TensorFlow Serving's gRPC services, read once from our `.proto` files. */
import type { AnyDefinition, PackageDefinition, ServiceDefinition } from '@grpc/proto-loader';

import { isMessageOrEnum } from '../file-descriptors.ts';
import { loadProtos, serviceIn } from '../load-protos.ts';

export interface GrpcServices {
  /** Classify, Regress, Predict, MultiInference, GetModelMetadata. */
  readonly predictionService: ServiceDefinition;
  /** GetModelStatus, HandleReloadConfigRequest. */
  readonly modelService: ServiceDefinition;
  /** Everything, as the loader has it. */
  readonly packageDefinition: PackageDefinition;
}

let services: GrpcServices | undefined;

/** Reads them at the first call, since most servers need none of it. */
export function grpcServices(): GrpcServices {
  services ??= load();
  return services;
}

function load(): GrpcServices {
  const packageDefinition = loadProtos([
    'tensorflow_serving/apis/prediction_service.proto',
    'tensorflow_serving/apis/model_service.proto',
  ]);
  return {
    predictionService: serviceIn(packageDefinition, 'tensorflow.serving.PredictionService'),
    modelService: serviceIn(packageDefinition, 'tensorflow.serving.ModelService'),
    packageDefinition,
  };
}

/** Writes and reads one message. */
export interface MessageCodec<Message> {
  serialize(message: Message): Buffer;
  /** @throws Error when the bytes are not this message */
  deserialize(bytes: Buffer): Message;
}

/** @param name such as `tensorflow.Example` */
export function messageType<Message extends object>(name: string): MessageCodec<Message> {
  const definition = grpcServices().packageDefinition[name];
  if (definition !== undefined && isCodec<Message>(definition)) return definition;
  throw new Error(`The message ${name} is missing from the .proto files.`);
}

const isCodec = <Message>(definition: AnyDefinition): definition is AnyDefinition & MessageCodec<Message> =>
  isMessageOrEnum(definition) && 'serialize' in definition;
