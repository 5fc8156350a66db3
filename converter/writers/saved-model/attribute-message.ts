/** Writes `AttrValue`, one attribute of a node. */
import type { AttributeValue } from '../../readers/saved-model/tensorflow-graph.ts';
import type { ProtobufWriter } from '../../../gateway/protobuf/protobuf-writer.ts';
import { datatypeCode } from './datatype-codes.ts';
import { writeShape, writeTensor } from './tensor-message.ts';

type ListAttribute = Extract<AttributeValue, { readonly kind: 'list' }>;

/** @throws RangeError for a value that the reader did not understand, so that nothing is lost unsaid. */
export function writeAttribute(message: ProtobufWriter, attribute: AttributeValue): void {
  switch (attribute.kind) {
    case 'string':
      message.string(2, attribute.value);
      return;
    case 'integer':
      message.varint(3, attribute.value);
      return;
    case 'float':
      message.float(4, attribute.value);
      return;
    case 'boolean':
      message.boolean(5, attribute.value);
      return;
    case 'type':
      message.varint(6, datatypeCode(attribute.value));
      return;
    case 'shape':
      message.message(7, (shape) => {
        writeShape(shape, attribute.value);
      });
      return;
    case 'tensor':
      message.message(8, (tensor) => {
        writeTensor(tensor, attribute.value);
      });
      return;
    case 'function':
      message.message(10, (named) => named.string(1, attribute.value));
      return;
    case 'list':
      message.message(1, (list) => {
        writeList(list, attribute);
      });
      return;
    case 'other':
      throw new RangeError('An attribute of a kind that was not read cannot be written.');
  }
}

function writeList(message: ProtobufWriter, list: ListAttribute): void {
  message.strings(2, list.strings).packedIntegers(3, list.integers).packedFloats(4, list.floats);
  message.packedIntegers(5, list.booleans.map(Number)).packedIntegers(6, list.types.map(datatypeCode));
  for (const shape of list.shapes) {
    message.message(7, (inner) => {
      writeShape(inner, shape);
    });
  }
  for (const name of list.functions) message.message(9, (named) => named.string(1, name));
}
