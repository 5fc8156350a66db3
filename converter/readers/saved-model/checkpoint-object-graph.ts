/** Reads the object graph that TensorFlow 2 keeps inside a checkpoint: which object's value is under which key. */
import { readProtobuf } from '../../../gateway/protobuf/protobuf-reader.ts';
import type { ProtobufField } from '../../../gateway/protobuf/protobuf-reader.ts';
import { readChild } from './saved-object-graph.ts';

/** The checkpoint key under which the object graph itself is stored, as a string scalar. */
export const objectGraphKey = '_CHECKPOINTABLE_OBJECT_GRAPH';

export interface CheckpointObject {
  /** Places in the list of objects, by the name that the parent gives them. */
  readonly children: ReadonlyMap<string, number>;
  /** Where a variable's value is; absent for everything else. */
  readonly key: string | undefined;
}

/** What the value of a variable is called among the attributes of its object. */
const valueAttribute = 'VARIABLE_VALUE';

/**
 * The first is the model itself.
 *
 * @param bytes a `TrackableObjectGraph`.
 */
export function readCheckpointObjects(bytes: Uint8Array): CheckpointObject[] {
  return Array.from(fieldsNumbered(readProtobuf(bytes), 1), (node) => {
    const children = new Map<string, number>();
    let key: string | undefined;
    for (const part of node.fields()) {
      if (part.number === 1) children.set(...readChild(part));
      if (part.number !== 2) continue;
      const attribute = readSerializedTensor(part);
      if (attribute.name === valueAttribute) key = attribute.checkpointKey;
    }
    return { children, key };
  });
}

/**
 * Variable name → checkpoint key.
 *
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

function readSerializedTensor(field: ProtobufField): {
  name: string;
  fullName: string;
  checkpointKey: string;
} {
  let name = '';
  let fullName = '';
  let checkpointKey = '';
  for (const part of field.fields()) {
    if (part.number === 1) name = part.string();
    else if (part.number === 2) fullName = part.string();
    else if (part.number === 3) checkpointKey = part.string();
  }
  return { name, fullName, checkpointKey };
}

function* fieldsNumbered(
  fields: Iterable<ProtobufField>,
  number: number,
): Generator<ProtobufField, void, undefined> {
  for (const field of fields) if (field.number === number) yield field;
}
