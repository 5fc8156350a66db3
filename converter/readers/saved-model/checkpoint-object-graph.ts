/** Reads the object graph that TensorFlow 2 keeps inside a checkpoint: variable name → checkpoint key. */
import { readProtobuf } from '../../wire/protobuf-reader.ts';
import type { ProtobufField } from '../../wire/protobuf-reader.ts';

/** The checkpoint key under which the object graph itself is stored, as a string scalar. */
export const objectGraphKey = '_CHECKPOINTABLE_OBJECT_GRAPH';

/**
 * A name that several variables share is left out, because it no longer says which one is meant.
 *
 * @param bytes a `TrackableObjectGraph`.
 */
export function readCheckpointObjectGraph(bytes: Uint8Array): Map<string, string> {
  const keys = new Map<string, string>();
  const ambiguous = new Set<string>();
  for (const node of fieldsNumbered(readProtobuf(bytes), 1)) {
    for (const attribute of fieldsNumbered(node.fields(), 2)) {
      const { fullName, checkpointKey } = readSerializedTensor(attribute);
      if (fullName === '') continue;
      if (keys.has(fullName)) ambiguous.add(fullName);
      keys.set(fullName, checkpointKey);
    }
  }
  for (const name of ambiguous) keys.delete(name);
  return keys;
}

function readSerializedTensor(field: ProtobufField): { fullName: string; checkpointKey: string } {
  let fullName = '';
  let checkpointKey = '';
  for (const part of field.fields()) {
    if (part.number === 2) fullName = part.string();
    else if (part.number === 3) checkpointKey = part.string();
  }
  return { fullName, checkpointKey };
}

function* fieldsNumbered(
  fields: Iterable<ProtobufField>,
  number: number,
): Generator<ProtobufField, void, undefined> {
  for (const field of fields) if (field.number === number) yield field;
}
