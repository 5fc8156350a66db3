/** Writes a gRPC prediction request in pieces, the pictures where they lie, where the generated writer copies everything. */
import type { Shape, Tensor } from '../../domain/tensor.ts';
import { ProtobufWriter, varintBytes } from '../../protobuf/protobuf-writer.ts';
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

/** Of each of these. */
const tagBytes = 1;

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
  const versionBytes = tagBytes + varintBytes(version);
  request
    .messageHead(
      PredictRequest.modelSpec,
      bytesOfText(name) + bytesOfField(versionBytes) + bytesOfText(signatureName),
    )
    .string(ModelSpec.name, name)
    .messageHead(ModelSpec.version, versionBytes)
    .varint(Int64Value.value, version)
    .string(ModelSpec.signatureName, signatureName);
  for (const [input, tensor] of inputs) {
    const tensorBytes = bytesOfTensor(tensor);
    request
      .messageHead(PredictRequest.inputs, bytesOfText(input) + bytesOfField(tensorBytes))
      .string(MapEntry.key, input)
      .messageHead(MapEntry.value, tensorBytes);
    writeTensor(request, tensor);
  }
  return request.strings(PredictRequest.outputFilter, outputs).pieces();
}

function writeTensor(request: ProtobufWriter, tensor: Tensor): void {
  request.varint(TensorProto.dtype, datatypeNumber(tensor.datatype));
  request.messageHead(TensorProto.tensorShape, bytesOfShape(tensor.shape));
  for (const size of tensor.shape) {
    request.messageHead(TensorShapeProto.dim, tagBytes + varintBytes(size)).varint(Dim.size, size);
  }
  if (tensor.datatype === 'string') {
    for (const bytes of tensor.elements) request.bytes(TensorProto.stringVal, bytes);
    return;
  }
  const { buffer, byteOffset, byteLength } = tensor.elements;
  // Every processor that Node.js runs on here has the byte order of the format.
  request.bytes(TensorProto.tensorContent, new Uint8Array(buffer, byteOffset, byteLength));
}

function bytesOfTensor(tensor: Tensor): number {
  const { datatype, shape } = tensor;
  let bytes = tagBytes + varintBytes(datatypeNumber(datatype)) + bytesOfField(bytesOfShape(shape));
  if (tensor.datatype !== 'string') return bytes + bytesOfField(tensor.elements.byteLength);
  for (const { byteLength } of tensor.elements) bytes += bytesOfField(byteLength);
  return bytes;
}

function bytesOfShape(shape: Shape): number {
  let bytes = 0;
  for (const size of shape) bytes += bytesOfField(tagBytes + varintBytes(size));
  return bytes;
}

const bytesOfText = (text: string): number => bytesOfField(Buffer.byteLength(text));

/** What a field takes whose contents take so much. */
const bytesOfField = (length: number): number => tagBytes + varintBytes(length) + length;
