/** Writes a gRPC prediction request into one piece of memory, where the generated writer makes objects of everything first. */
import type { Tensor } from '../../domain/tensor.ts';
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
const fields = {
  PredictRequest: { modelSpec: 1, inputs: 2, outputFilter: 3 },
  ModelSpec: { name: 1, version: 2, signatureName: 3 },
  Int64Value: { value: 1 },
  MapEntry: { key: 1, value: 2 },
  TensorProto: { dtype: 1, tensorShape: 2, tensorContent: 4, stringVal: 8 },
  TensorShapeProto: { dim: 2 },
  Dim: { size: 1 },
};

const wireTypes = { varint: 0, lengthDelimited: 2 };

/** The bytes of a message in pieces, so that a picture is copied once, into its place. */
type Pieces = readonly Uint8Array[];

/**
 * What the generated writer makes of the same request; tensors as `tensor_content`, byte strings as `string_val`.
 *
 * @param room gives the memory
 */
export function writePredictRequestMessage(
  { name, version, signatureName, inputs, outputs }: PredictRequestParts,
  room = (bytes: number): Buffer => Buffer.allocUnsafe(bytes),
): Buffer {
  const { PredictRequest, ModelSpec, Int64Value, MapEntry } = fields;
  const pieces = [
    ...block(PredictRequest.modelSpec, [
      ...text(ModelSpec.name, name),
      ...block(ModelSpec.version, [number(Int64Value.value, version)]),
      ...text(ModelSpec.signatureName, signatureName),
    ]),
    ...Array.from(inputs, ([input, tensor]) =>
      block(PredictRequest.inputs, [
        ...text(MapEntry.key, input),
        ...block(MapEntry.value, tensorPieces(tensor)),
      ]),
    ).flat(),
    ...outputs.flatMap((output) => text(PredictRequest.outputFilter, output)),
  ];
  const message = room(lengthOf(pieces));
  let at = 0;
  for (const piece of pieces) {
    message.set(piece, at);
    at += piece.byteLength;
  }
  return message;
}

function tensorPieces(tensor: Tensor): Pieces {
  const { TensorProto, TensorShapeProto, Dim } = fields;
  const dimensions = tensor.shape.flatMap((size) => block(TensorShapeProto.dim, [number(Dim.size, size)]));
  const head = [
    number(TensorProto.dtype, datatypeNumber(tensor.datatype)),
    ...block(TensorProto.tensorShape, dimensions),
  ];
  if (tensor.datatype === 'string') {
    return [...head, ...tensor.elements.flatMap((bytes) => block(TensorProto.stringVal, [bytes]))];
  }
  const { buffer, byteOffset, byteLength } = tensor.elements;
  // Every processor that Node.js runs on here has the byte order of the format.
  return [...head, ...block(TensorProto.tensorContent, [new Uint8Array(buffer, byteOffset, byteLength)])];
}

/** A text, bytes or a message inside another. */
function block(field: number, content: Pieces): Pieces {
  return [
    Uint8Array.from([...varint(field * 8 + wireTypes.lengthDelimited), ...varint(lengthOf(content))]),
    ...content,
  ];
}

function text(field: number, value: string): Pieces {
  return block(field, [Buffer.from(value)]);
}

function number(field: number, value: number): Uint8Array {
  return Uint8Array.from([...varint(field * 8 + wireTypes.varint), ...varint(value)]);
}

function lengthOf(pieces: Pieces): number {
  return pieces.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/** @param value a whole number from 0 on */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80);
  return [...bytes, rest];
}
