/** TensorFlow Serving's gRPC API: PredictionService and ModelService. */
import { grpcMethod, type GrpcMethod } from '../../transports/grpc/grpc-method.ts';
import { weighedMethod, type WeighedMethod } from '../../wire/weighed-method.ts';
import { protoFolder } from '../../wire/proto-folder.ts';
import { withReflectionFiles } from '../../wire/reflection-files.ts';
import { grpcServices, type GrpcServices } from '../../wire/tensorflow-serving/grpc-services.ts';
import { GrpcMessages } from './grpc-messages.ts';
import { ModelCalls } from './model-calls.ts';
import type { ModelServer } from './model-server.ts';
import { predictionMethod } from './prediction-method.ts';
import { PredictionCalls, type PredictionCallsOptions } from './prediction-calls.ts';

/** What a gRPC server needs to offer the services. */
export interface TensorflowServingServices {
  readonly methods: readonly GrpcMethod[];
  /** With the files that reflection shows to clients. */
  readonly packageDefinition: () => GrpcServices['packageDefinition'];
  /** Gives up what is being read or written beside the thread that answers everybody. */
  close(): Promise<void>;
}

export interface TensorflowServingServicesOptions extends Pick<PredictionCallsOptions, 'isContentPreferred'> {
  readonly modelServer: ModelServer;
}

export function tensorflowServingServices({
  modelServer,
  isContentPreferred,
}: TensorflowServingServicesOptions): TensorflowServingServices {
  const { modelService, packageDefinition } = grpcServices();
  const ofModels = (name: string): WeighedMethod => weighedMethod(modelService, name, packageDefinition);
  const messages = new GrpcMessages();
  const prediction = new PredictionCalls({ modelServer, messages, isContentPreferred });
  const model = new ModelCalls(modelServer);
  const methods: readonly GrpcMethod[] = [
    { path: predictionMethod('Predict').path, answer: prediction.predict },
    { path: predictionMethod('Classify').path, answer: prediction.classify },
    { path: predictionMethod('Regress').path, answer: prediction.regress },
    { path: predictionMethod('MultiInference').path, answer: prediction.multiInference },
    grpcMethod(predictionMethod('GetModelMetadata'), model.metadata),
    grpcMethod(ofModels('GetModelStatus'), model.status),
    grpcMethod(ofModels('HandleReloadConfigRequest'), model.reload),
  ];
  return {
    methods,
    packageDefinition: () => withReflectionFiles(packageDefinition, protoFolder()),
    close: () => messages.close(),
  };
}
