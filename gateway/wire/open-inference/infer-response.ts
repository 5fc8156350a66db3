/** An answer to an inference before it is written in one of its forms. */
import type { Tensor } from '../../domain/tensor.ts';
import type { InferParameters } from './infer-request.ts';

export interface InferOutput {
  readonly name: string;
  readonly tensor: Tensor;
  readonly parameters: InferParameters;
  /** Whether it stands behind the JSON as bytes; over gRPC everything does. */
  readonly isBinary: boolean;
}

export interface InferResponse {
  readonly modelName: string;
  readonly modelVersion: string;
  readonly id: string;
  readonly outputs: readonly InferOutput[];
}
