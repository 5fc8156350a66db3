/** Writes `saved_model.pb`: one graph tagged for serving, its signatures, and how its variables are restored. */
import type { ModelGraph } from '../../network/model-graph.ts';
import type { SignatureDefinition, SignatureTensor } from '../../readers/saved-model/tensorflow-graph.ts';
import { ProtobufWriter } from '../../../gateway/protobuf/protobuf-writer.ts';
import { datatypeCode } from './datatype-codes.ts';
import { writeGraph } from './graph-message.ts';
import { restoration } from './restoration.ts';
import { writeShape } from './tensor-message.ts';

const schemaVersion = 1;
/** `SaverDef.CheckpointFormatVersion`: tensor bundles. */
const bundleFormat = 2;

export function savedModelBytes(model: ModelGraph): Uint8Array {
  const { nodes, fileName, save, restore } = restoration(model.nodes);
  return new ProtobufWriter()
    .varint(1, schemaVersion)
    .message(2, (metaGraph) => {
      metaGraph
        .message(1, (facts) => facts.string(4, 'serve'))
        .message(2, (graph) => {
          writeGraph(graph, [...model.nodes, ...nodes], model.functions);
        })
        .message(3, (saver) => {
          saver.string(1, `${fileName}:0`).string(2, `${save}:0`).string(3, restore);
          saver.varint(7, bundleFormat);
        });
      for (const signature of model.signatures) {
        metaGraph.message(5, (entry) => {
          entry.string(1, signature.name).message(2, (inner) => {
            writeSignature(inner, signature);
          });
        });
      }
    })
    .finish();
}

function writeSignature(message: ProtobufWriter, signature: SignatureDefinition): void {
  const ends = [
    [1, signature.inputs],
    [2, signature.outputs],
  ] as const;
  for (const [field, tensors] of ends) {
    for (const tensor of tensors) {
      message.message(field, (entry) => {
        entry.string(1, tensor.name).message(2, (inner) => {
          writeEnd(inner, tensor);
        });
      });
    }
  }
  message.string(3, signature.methodName);
}

function writeEnd(message: ProtobufWriter, { reference, datatype, shape }: SignatureTensor): void {
  message
    .string(1, reference)
    .varint(2, datatypeCode(datatype))
    .message(3, (inner) => {
      writeShape(inner, shape);
    });
}
