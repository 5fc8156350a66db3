/** Writes `TensorShapeProto` and `TensorProto`. */
import type { Tensor } from '../../../gateway/domain/tensor.ts';
import type { PartialShape } from '../../readers/saved-model/tensorflow-graph.ts';
import type { ProtobufWriter } from '../../../gateway/protobuf/protobuf-writer.ts';
import { datatypeCode } from './datatype-codes.ts';

export function writeShape(message: ProtobufWriter, shape: PartialShape): void {
  if (shape === undefined) {
    message.boolean(3, true);
    return;
  }
  for (const size of shape) message.message(2, (axis) => axis.varint(1, size ?? -1));
}

export function writeTensor(message: ProtobufWriter, tensor: Tensor): void {
  message.varint(1, datatypeCode(tensor.datatype)).message(2, (shape) => {
    writeShape(shape, tensor.shape);
  });
  if (tensor.datatype === 'string') {
    for (const element of tensor.elements) message.bytes(8, element);
    return;
  }
  const { buffer, byteOffset, byteLength } = tensor.elements;
  message.bytes(4, new Uint8Array(buffer, byteOffset, byteLength));
}
