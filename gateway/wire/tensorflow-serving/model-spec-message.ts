/** The bytes of a `ModelSpec`, which says what a request asks and what an answer comes from. */
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

export function writeModelSpec(spec: ProtobufWriter, { name, version, signatureName }: ExactModelSpec): void {
  spec.string(ModelSpec.name, name);
  spec.message(ModelSpec.version, (number) => number.varint(Int64Value.value, version));
  spec.string(ModelSpec.signatureName, signatureName);
}
