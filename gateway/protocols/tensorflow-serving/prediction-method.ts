/** The methods of PredictionService, which every thread that reads their messages needs. */
import { grpcServices } from '../../wire/tensorflow-serving/grpc-services.ts';
import { weighedMethod, type WeighedMethod } from '../../wire/weighed-method.ts';

export type PredictionMethod = 'Predict' | 'Classify' | 'Regress' | 'MultiInference' | 'GetModelMetadata';

const methods = new Map<PredictionMethod, WeighedMethod>();

/** Made at its first use. */
export function predictionMethod(name: PredictionMethod): WeighedMethod {
  const known = methods.get(name);
  if (known !== undefined) return known;
  const { predictionService, packageDefinition } = grpcServices();
  const method = weighedMethod(predictionService, name, packageDefinition);
  methods.set(name, method);
  return method;
}
