/** Reads `TensorShapeProto` and turns it into shapes, whole or partial. */
import type { Shape } from '../../../gateway/domain/tensor.ts';
import { MalformedBytes } from '../../../gateway/protobuf/malformed-bytes.ts';
import type { ProtobufField } from '../../../gateway/protobuf/protobuf-reader.ts';
import type { PartialShape } from './tensorflow-graph.ts';

/** TensorFlow itself refuses more axes. */
const largestRank = 254;

export function readPartialShape(field: ProtobufField): PartialShape {
  const sizes: (number | null)[] = [];
  let isRankUnknown = false;
  for (const part of field.fields()) {
    if (part.number === 2) sizes.push(readAxis(part));
    if (part.number === 3) isRankUnknown = part.boolean();
  }
  if (sizes.length > largestRank) throw new MalformedBytes(`A shape has ${sizes.length} axes.`);
  return isRankUnknown ? undefined : sizes;
}

/** A shape with every size known and a number of elements that is a number. */
export function readShape(field: ProtobufField): Shape {
  const sizes = readPartialShape(field) ?? [null];
  const shape = sizes.map((size) => {
    if (size === null) throw new MalformedBytes('A tensor has a shape with unknown sizes.');
    return size;
  });
  if (!Number.isSafeInteger(shape.reduce((product, size) => product * Math.max(size, 1), 1))) {
    throw new MalformedBytes(`A tensor claims the shape [${shape.join(', ')}].`);
  }
  return shape;
}

function readAxis(field: ProtobufField): number | null {
  let size = 0;
  for (const part of field.fields()) if (part.number === 1) size = part.integer();
  return size < 0 ? null : size;
}
