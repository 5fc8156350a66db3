/** A tensor under its name, as the maps of requests and answers hold it. */
import type { Tensor } from '../../domain/tensor.ts';
import type { ProtobufField } from '../../protobuf/protobuf-reader.ts';
import type { ProtobufWriter } from '../../protobuf/protobuf-writer.ts';
import { writeTensorMessage } from './tensor-message.ts';

/** Numbers of the fields in an entry of a map. */
const MapEntry = { key: 1, value: 2 };

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

export function writeNamedTensor(
  entry: ProtobufWriter,
  [name, tensor]: readonly [string, Tensor],
  form: 'content' | 'values',
): void {
  entry.string(MapEntry.key, name);
  entry.message(MapEntry.value, (message) => {
    writeTensorMessage(message, tensor, form);
  });
}
