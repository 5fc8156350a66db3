/** Reads `NodeDef`, one operation of a graph or of a function's body. */
import { UnsupportedModel } from '../../unsupported-model.ts';
import { MalformedBytes } from '../../../gateway/protobuf/malformed-bytes.ts';
import type { ProtobufField } from '../../../gateway/protobuf/protobuf-reader.ts';
import { readAttributeEntry } from './attribute-value.ts';
import type { AttributeValue, TensorFlowNode } from './tensorflow-graph.ts';

/** @throws UnsupportedModel naming the node when one of its attributes cannot be read. */
export function readNode(field: ProtobufField): TensorFlowNode {
  let name = '';
  let operation = '';
  const inputs: string[] = [];
  const attributeFields: ProtobufField[] = [];
  for (const part of field.fields()) {
    if (part.number === 1) name = part.string();
    else if (part.number === 2) operation = part.string();
    else if (part.number === 3) inputs.push(part.string());
    else if (part.number === 5) attributeFields.push(part);
  }
  return { name, operation, inputs, attributes: readAttributes(name, attributeFields) };
}

function readAttributes(node: string, fields: readonly ProtobufField[]): Map<string, AttributeValue> {
  try {
    return new Map(fields.map(readAttributeEntry));
  } catch (cause) {
    if (!(cause instanceof MalformedBytes)) throw cause;
    throw new UnsupportedModel(`Node ${node} in saved_model.pb cannot be read: ${cause.message}`, { cause });
  }
}
