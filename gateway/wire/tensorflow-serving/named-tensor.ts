/** A tensor under its name, as the maps of requests and answers hold it. */
import { fieldBytes, textFieldBytes } from '../../protobuf/field-bytes.ts';
import { MapEntry } from '../../protobuf/map-entry.ts';
import type { ProtobufField } from '../../protobuf/protobuf-reader.ts';
import type { ProtobufWriter } from '../../protobuf/protobuf-writer.ts';
import type { TensorMessage } from './tensor-message.ts';

/** @throws MalformedBytes */
export function namedTensorIn(field: ProtobufField): readonly [name: string, tensor: Uint8Array] {
  let name = '';
  let tensor: Uint8Array = new Uint8Array();
  for (const entry of field.fields()) {
    if (entry.number === MapEntry.key) name = entry.text();
    else if (entry.number === MapEntry.value) tensor = entry.bytes();
  }
  return [name, tensor];
}

/** @param field of the message around it */
export function writeNamedTensor(
  writer: ProtobufWriter,
  field: number,
  name: string,
  message: TensorMessage,
): void {
  writer
    .messageHead(field, textFieldBytes(MapEntry.key, name) + fieldBytes(MapEntry.value, message.bytes))
    .string(MapEntry.key, name)
    .messageHead(MapEntry.value, message.bytes);
  message.writeTo(writer);
}
