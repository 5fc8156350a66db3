/** Writes `GraphDef`: nodes, functions, and the version of the rules they follow. */
import type { FunctionGraph } from '../../network/model-graph.ts';
import type { TensorFlowNode } from '../../readers/saved-model/tensorflow-graph.ts';
import type { ProtobufWriter } from '../../../gateway/protobuf/protobuf-writer.ts';
import { writeAttribute } from './attribute-message.ts';
import { datatypeCode } from './datatype-codes.ts';

/** The graph version of TensorFlow 2.9, the oldest that this writer's models are loaded with. */
const producerVersion = 1087;

export function writeGraph(
  message: ProtobufWriter,
  nodes: readonly TensorFlowNode[],
  functions: readonly FunctionGraph[],
): void {
  writeNodes(message, 1, nodes);
  message.message(2, (library) => {
    for (const definition of functions) {
      library.message(1, (inner) => {
        writeFunction(inner, definition);
      });
    }
  });
  message.message(4, (versions) => versions.varint(1, producerVersion));
}

function writeNodes(message: ProtobufWriter, field: number, nodes: readonly TensorFlowNode[]): void {
  for (const node of nodes) {
    message.message(field, (inner) => {
      inner.string(1, node.name).string(2, node.operation).strings(3, node.inputs);
      // Sorted, because protobuf's maps have no order and equal models must be equal bytes.
      for (const [name, attribute] of [...node.attributes].sort(byName)) {
        inner.message(5, (entry) => {
          entry.string(1, name).message(2, (value) => {
            writeAttribute(value, attribute);
          });
        });
      }
    });
  }
}

function writeFunction(message: ProtobufWriter, definition: FunctionGraph): void {
  message.message(1, (signature) => {
    signature.string(1, definition.name);
    const ends = [
      [2, definition.arguments],
      [3, definition.results],
    ] as const;
    for (const [field, list] of ends) {
      for (const { name, datatype } of list) {
        signature.message(field, (end) => end.string(1, name).varint(3, datatypeCode(datatype)));
      }
    }
  });
  writeNodes(message, 3, definition.nodes);
  for (const { name, reference } of definition.results) {
    message.message(4, (entry) => entry.string(1, name).string(2, reference));
  }
}

function byName([one]: readonly [string, unknown], [another]: readonly [string, unknown]): number {
  return one < another ? -1 : 1;
}
