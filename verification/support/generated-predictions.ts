/** Predictions as the generated readers and writers take and give them. */
import type { Datatype, Tensor } from '../../gateway/domain/tensor.ts';
import type { ModelSpecMessage, TensorProtoMessage } from '../../gateway/wire/tensorflow-serving/messages.ts';

export interface PredictRequestMessage {
  readonly model_spec?: ModelSpecMessage | null;
  readonly inputs?: Readonly<Record<string, TensorProtoMessage>>;
  readonly output_filter?: readonly string[];
}

export interface PredictResponseMessage {
  readonly model_spec?: ModelSpecMessage | null;
  readonly outputs?: Readonly<Record<string, TensorProtoMessage>>;
}

/** The number of each datatype, and the field of its values, as TensorFlow's types.proto and tensor.proto have them. */
const datatypes: Readonly<Record<Datatype, readonly [number: number, field: keyof TensorProtoMessage]>> = {
  float32: [1, 'float_val'],
  float64: [2, 'double_val'],
  int32: [3, 'int_val'],
  uint8: [4, 'int_val'],
  int16: [5, 'int_val'],
  int8: [6, 'int_val'],
  string: [7, 'string_val'],
  int64: [9, 'int64_val'],
  bool: [10, 'bool_val'],
  bfloat16: [14, 'half_val'],
  uint16: [17, 'int_val'],
  float16: [19, 'half_val'],
  uint32: [22, 'uint32_val'],
  uint64: [23, 'uint64_val'],
};

/** @param form raw bytes in `tensor_content`, or values in the typed fields, where strings always are */
export function toTensorProto(
  { datatype, shape, elements }: Tensor,
  form: 'content' | 'values',
): TensorProtoMessage {
  const [dtype, field] = datatypes[datatype];
  const head = { dtype, tensor_shape: { dim: shape.map((size) => ({ size })) } };
  if (form === 'content' && ArrayBuffer.isView(elements)) {
    const { buffer, byteOffset, byteLength } = elements;
    return { ...head, tensor_content: Buffer.from(buffer, byteOffset, byteLength) };
  }
  const values = Array.from<unknown, unknown>(elements, (element) =>
    typeof element === 'bigint' ? String(element) : element,
  );
  return { ...head, [field]: values };
}
