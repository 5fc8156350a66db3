/** Reads the name and type of a value that an ONNX graph declares (onnx.proto, ValueInfoProto). */
import type { ValueType } from '../../onnx/onnx-graph.ts';
import type { ProtobufField } from '../../../gateway/protobuf/protobuf-reader.ts';
import { onnxDatatype } from './onnx-datatype.ts';

export interface DeclaredValue {
  readonly name: string;
  /** Undefined for sequences, maps and datatypes that the house does not hold. */
  readonly type: ValueType | undefined;
}

export function readValue(message: ProtobufField): DeclaredValue {
  let name = '';
  let type: ValueType | undefined;
  for (const field of message.fields()) {
    if (field.number === 1) name = field.string();
    else if (field.number === 2) type = readType(field);
  }
  return { name, type };
}

/** Field 1 of TypeProto is `tensor_type`; the other kinds of value are no tensors. */
function readType(message: ProtobufField): ValueType | undefined {
  const tensor = [...message.fields()].find((field) => field.number === 1);
  if (tensor === undefined) return undefined;
  let code = 0;
  let shape: ValueType['shape'];
  for (const field of tensor.fields()) {
    if (field.number === 1) code = field.integer();
    else if (field.number === 2) shape = readShape(field);
  }
  const datatype = onnxDatatype(code);
  return datatype === undefined ? undefined : { datatype, shape };
}

function readShape(message: ProtobufField): readonly (number | null)[] {
  return [...message.fields()]
    .filter((field) => field.number === 1)
    .map((dimension) => {
      const size = [...dimension.fields()].find((field) => field.number === 1)?.integer();
      return size === undefined || size < 0 ? null : size;
    });
}
