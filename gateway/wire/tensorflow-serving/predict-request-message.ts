/** Writes a gRPC prediction request in pieces, the pictures where they lie, where the generated writer copies everything. */
import type { Tensor } from '../../domain/tensor.ts';
import { ProtobufWriter } from '../../protobuf/protobuf-writer.ts';
import { datatypeNumber } from './datatypes.ts';

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
const ModelSpec = { name: 1, version: 2, signatureName: 3 };
const Int64Value = { value: 1 };
const MapEntry = { key: 1, value: 2 };
const TensorProto = { dtype: 1, tensorShape: 2, tensorContent: 4, stringVal: 8 };
const TensorShapeProto = { dim: 2 };
const Dim = { size: 1 };

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
  request.message(PredictRequest.modelSpec, (spec) => {
    spec.string(ModelSpec.name, name);
    spec.message(ModelSpec.version, (number) => number.varint(Int64Value.value, version));
    spec.string(ModelSpec.signatureName, signatureName);
  });
  for (const [input, tensor] of inputs) {
    request.message(PredictRequest.inputs, (entry) => {
      entry.string(MapEntry.key, input);
      entry.message(MapEntry.value, (message) => {
        writeTensor(message, tensor);
      });
    });
  }
  return request.strings(PredictRequest.outputFilter, outputs).pieces();
}

function writeTensor(message: ProtobufWriter, tensor: Tensor): void {
  message.varint(TensorProto.dtype, datatypeNumber(tensor.datatype));
  message.message(TensorProto.tensorShape, (shape) => {
    for (const size of tensor.shape) {
      shape.message(TensorShapeProto.dim, (dim) => dim.varint(Dim.size, size));
    }
  });
  if (tensor.datatype === 'string') {
    for (const bytes of tensor.elements) message.bytes(TensorProto.stringVal, bytes);
    return;
  }
  const { buffer, byteOffset, byteLength } = tensor.elements;
  // Every processor that Node.js runs on here has the byte order of the format.
  message.bytes(TensorProto.tensorContent, new Uint8Array(buffer, byteOffset, byteLength));
}
