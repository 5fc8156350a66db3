/** TensorFlow Serving's gRPC API: PredictionService and ModelService. */
import { grpcMethod, type GrpcMethod } from '../../transports/grpc/grpc-method.ts';
import { protoFolder } from '../../wire/proto-folder.ts';
import { withReflectionFiles } from '../../wire/reflection-files.ts';
import { grpcServices, type GrpcServices } from '../../wire/tensorflow-serving/grpc-services.ts';
import { ModelCalls } from './model-calls.ts';
import { PredictionCalls, type PredictionCallsOptions } from './prediction-calls.ts';

/** What a gRPC server needs to offer the services. */
export interface TensorflowServingServices {
  readonly methods: readonly GrpcMethod[];
  /** With the files that reflection shows to clients. */
  readonly packageDefinition: () => GrpcServices['packageDefinition'];
}

export function tensorflowServingServices(options: PredictionCallsOptions): TensorflowServingServices {
  const { predictionService, modelService, packageDefinition } = grpcServices();
  const prediction = new PredictionCalls(options);
  const model = new ModelCalls(options.modelServer);
  const methods = [
    grpcMethod(definitionOf(predictionService, 'Predict'), prediction.predict),
    grpcMethod(definitionOf(predictionService, 'Classify'), prediction.classify),
    grpcMethod(definitionOf(predictionService, 'Regress'), prediction.regress),
    grpcMethod(definitionOf(predictionService, 'MultiInference'), prediction.multiInference),
    grpcMethod(definitionOf(predictionService, 'GetModelMetadata'), model.metadata),
    grpcMethod(definitionOf(modelService, 'GetModelStatus'), model.status),
    grpcMethod(definitionOf(modelService, 'HandleReloadConfigRequest'), model.reload),
  ];
  return { methods, packageDefinition: () => withReflectionFiles(packageDefinition, protoFolder()) };
}

function definitionOf<Definition>(service: Readonly<Record<string, Definition>>, name: string): Definition {
  const definition = service[name];
  if (definition === undefined) throw new Error(`the service has no method ${name}`);
  return definition;
}
