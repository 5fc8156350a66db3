/** gRPC prediction requests by our own reader and writer, which leave pictures and numbers in one piece where they lie. */
import type { Tensor } from '../../domain/tensor.ts';
import { readProtobuf } from '../../protobuf/protobuf-reader.ts';
import { ProtobufWriter } from '../../protobuf/protobuf-writer.ts';
import type { ModelSpecMessage, TensorProtoMessage } from './messages.ts';
import { readModelSpec, writeModelSpec } from './model-spec-message.ts';
import { namedTensorIn, writeNamedTensor } from './named-tensor.ts';
import { readTensorMessage, TensorMessage } from './tensor-message.ts';

export interface PredictRequestParts {
  readonly name: string;
  readonly version: number;
  readonly signatureName: string;
  readonly inputs: ReadonlyMap<string, Tensor>;
  /** Names of the wanted outputs. */
  readonly outputs: readonly string[];
}

/** Numbers of the fields in the messages of their names. */
const PredictRequest = { modelSpec: 1, inputs: 2, outputFilter: 3 };

export interface ReceivedPredictRequest {
  readonly spec: ModelSpecMessage | undefined;
  readonly inputs: ReadonlyMap<string, TensorProtoMessage>;
  /** Names of the wanted outputs. */
  readonly outputs: readonly string[];
}

/**
 * What the generated reader makes of it, but for typed arrays in the tensors.
 *
 * @throws an error when the bytes are not this message
 */
export function readPredictRequestMessage(bytes: Uint8Array): ReceivedPredictRequest {
  let spec: ModelSpecMessage | undefined;
  const inputs = new Map<string, TensorProtoMessage>();
  const outputs: string[] = [];
  for (const field of readProtobuf(bytes)) {
    if (field.number === PredictRequest.modelSpec) spec = readModelSpec(field.bytes());
    if (field.number === PredictRequest.inputs) {
      const [name, tensor] = namedTensorIn(field);
      inputs.set(name, readTensorMessage(tensor));
    }
    if (field.number === PredictRequest.outputFilter) outputs.push(field.text());
  }
  return { spec, inputs, outputs };
}

/**
 * What the generated writer makes of the same request; tensors as `tensor_content`, byte strings as `string_val`.
 *
 * @returns its bytes in their order; the large ones are those of the inputs
 */
export function writePredictRequestMessage({
  name,
  version,
  signatureName,
  inputs,
  outputs,
}: PredictRequestParts): readonly Uint8Array[] {
  const request = new ProtobufWriter();
  writeModelSpec(request, PredictRequest.modelSpec, { name, version, signatureName });
  for (const [input, tensor] of inputs) {
    writeNamedTensor(request, PredictRequest.inputs, input, new TensorMessage(tensor, 'content'));
  }
  return request.strings(PredictRequest.outputFilter, outputs).pieces();
}
