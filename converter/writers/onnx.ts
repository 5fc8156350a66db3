/** Writes an ONNX graph as the bytes of an ONNX file (onnx.proto, opset 18). */
import type { NumericTensor } from '../../gateway/domain/tensor.ts';
import { onnxDatatypes } from '../onnx/infer-type.ts';
import type { OnnxAttribute, OnnxGraph, OnnxNode, ValueType } from '../onnx/onnx-graph.ts';
import { ProtobufWriter } from '../../gateway/protobuf/protobuf-writer.ts';

const intermediateVersion = 9;
const operatorSet = 18;

/** AttributeProto.AttributeType. */
const attributeTypes = { float: 1, integer: 2, string: 3, integers: 7 } as const;

export function writeOnnx(graph: OnnxGraph, name: string): Uint8Array {
  const nameOf = valueNames(graph);
  return new ProtobufWriter()
    .varint(1, intermediateVersion)
    .string(2, 'fovea')
    .message(7, (message) => {
      for (const node of graph.nodes)
        message.message(1, (inner) => {
          writeNode(inner, { ...node, inputs: node.inputs.map(nameOf), outputs: node.outputs.map(nameOf) });
        });
      // An output under its public name: the value behind it may be an input, a constant or shared by two outputs.
      for (const output of graph.outputs) {
        message.message(1, (inner) => {
          writeNode(inner, {
            operator: 'Identity',
            inputs: [nameOf(output.value)],
            outputs: [output.name],
            attributes: {},
            origin: output.name,
          });
        });
      }
      message.string(2, name);
      for (const [constant, tensor] of graph.constants) {
        message.message(5, (inner) => {
          writeTensor(inner, nameOf(constant), tensor);
        });
      }
      // A shared name promises the run time that sizes are equal, so only a lone input's batch gets a plain one.
      const lone = graph.inputs.length === 1 ? graph.inputs[0] : undefined;
      for (const input of graph.inputs) {
        message.message(11, (inner) => {
          writeValue(inner, input.name, { type: input.type, hasBatch: input === lone });
        });
      }
      for (const output of graph.outputs) {
        const type = graph.types.get(output.value) ?? { datatype: 'float32', shape: undefined };
        message.message(12, (inner) => {
          writeValue(inner, output.name, { type, hasBatch: false });
        });
      }
    })
    .message(8, (message) => {
      message.string(1, '').varint(2, operatorSet);
    })
    .finish();
}

/** Inputs and outputs keep the names they were given; values inside step aside where they would share one. */
function valueNames(graph: OnnxGraph): (value: string) => string {
  const inputs = new Set(graph.inputs.map((input) => input.name));
  const taken = new Set([...inputs, ...graph.outputs.map((output) => output.name)]);
  let prefix = '';
  const collides = (value: string): boolean => !inputs.has(value) && taken.has(prefix + value);
  const values = [...graph.constants.keys(), ...graph.nodes.flatMap((node) => node.outputs)];
  while (values.some(collides)) prefix += '_';
  return (value) => (value === '' || inputs.has(value) ? value : prefix + value);
}

function writeNode(message: ProtobufWriter, node: OnnxNode): void {
  message.strings(1, node.inputs).strings(2, node.outputs);
  // Without the calls around it, which differ between signatures that share all they compute.
  const origin = node.origin.slice(node.origin.lastIndexOf(':') + 1);
  message.string(3, `${origin}/${node.outputs[0] ?? ''}`).string(4, node.operator);
  for (const [name, attribute] of Object.entries(node.attributes)) {
    message.message(5, (inner) => {
      writeAttribute(inner, name, attribute);
    });
  }
}

function writeAttribute(message: ProtobufWriter, name: string, attribute: OnnxAttribute): void {
  message.string(1, name);
  switch (attribute.kind) {
    case 'float':
      message.float(2, attribute.value);
      break;
    case 'integer':
      message.varint(3, attribute.value);
      break;
    case 'string':
      message.string(4, attribute.value);
      break;
    case 'integers':
      for (const value of attribute.value) message.varint(8, value);
      break;
  }
  message.varint(20, attributeTypes[attribute.kind]);
}

/** `raw_data` is little-endian, as every machine Node runs on is. */
function writeTensor(message: ProtobufWriter, name: string, tensor: NumericTensor): void {
  const { elements } = tensor;
  for (const size of tensor.shape) message.varint(1, size);
  message.varint(2, onnxDatatypes[tensor.datatype]);
  message.string(8, name);
  message.bytes(9, new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength));
}

/** Unknown sizes get names. */
function writeValue(
  message: ProtobufWriter,
  name: string,
  { type, hasBatch }: { type: ValueType; hasBatch: boolean },
): void {
  message.string(1, name).message(2, (outer) => {
    outer.message(1, (tensor) => {
      tensor.varint(1, onnxDatatypes[type.datatype]);
      if (type.shape === undefined) return;
      const { shape } = type;
      tensor.message(2, (shapeMessage) => {
        for (const [axis, size] of shape.entries()) {
          shapeMessage.message(1, (dimension) => {
            if (size === null) dimension.string(2, hasBatch && axis === 0 ? 'batch' : `${name}_${axis}`);
            else dimension.varint(1, size);
          });
        }
      });
    });
  });
}
