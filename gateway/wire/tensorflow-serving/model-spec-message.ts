/** The bytes of a `ModelSpec`, which says what a request asks and what an answer comes from. */
import { fieldBytes, textFieldBytes, varintFieldBytes } from '../../protobuf/field-bytes.ts';
import type { ProtobufWriter } from '../../protobuf/protobuf-writer.ts';
import { messageType } from './grpc-services.ts';
import type { ModelSpecMessage } from './messages.ts';

/** Numbers of the fields in the messages of their names. */
const ModelSpec = { name: 1, version: 2, signatureName: 3 };
const Int64Value = { value: 1 };

export interface ExactModelSpec {
  readonly name: string;
  readonly version: number;
  readonly signatureName: string;
}

/** @throws an error when the bytes are not this message */
export function readModelSpec(bytes: Uint8Array): ModelSpecMessage {
  const message = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return messageType<ModelSpecMessage>('tensorflow.serving.ModelSpec').deserialize(message);
}

/** @param field of the message around it */
export function writeModelSpec(
  writer: ProtobufWriter,
  field: number,
  { name, version, signatureName }: ExactModelSpec,
): void {
  const versionBytes = varintFieldBytes(Int64Value.value, version);
  const bytes =
    textFieldBytes(ModelSpec.name, name) +
    fieldBytes(ModelSpec.version, versionBytes) +
    textFieldBytes(ModelSpec.signatureName, signatureName);
  writer
    .messageHead(field, bytes)
    .string(ModelSpec.name, name)
    .messageHead(ModelSpec.version, versionBytes)
    .varint(Int64Value.value, version)
    .string(ModelSpec.signatureName, signatureName);
}
