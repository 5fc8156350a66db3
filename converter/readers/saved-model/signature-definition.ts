/** Reads `SignatureDef`, the named inputs and outputs a model offers. */
import type { ProtobufField } from '../../../gateway/protobuf/protobuf-reader.ts';
import { tensorFlowDatatype } from './tensorflow-datatypes.ts';
import type {
  PartialShape,
  SignatureDefinition,
  SignatureTensor,
  TensorFlowDatatype,
} from './tensorflow-graph.ts';
import { readPartialShape } from './tensor-shape.ts';

/** One entry of the map `signature_def`; inputs and outputs come sorted by name, because maps have no order. */
export function readSignatureEntry(entry: ProtobufField): SignatureDefinition {
  let name = '';
  let methodName = '';
  const inputs: SignatureTensor[] = [];
  const outputs: SignatureTensor[] = [];
  for (const part of entry.fields()) {
    if (part.number === 1) name = part.string();
    if (part.number !== 2) continue;
    for (const definition of part.fields()) {
      if (definition.number === 1) inputs.push(readTensorEntry(definition));
      else if (definition.number === 2) outputs.push(readTensorEntry(definition));
      else if (definition.number === 3) methodName = definition.string();
    }
  }
  return { name, methodName, inputs: sorted(inputs), outputs: sorted(outputs) };
}

function readTensorEntry(entry: ProtobufField): SignatureTensor {
  let name = '';
  let reference = '';
  let datatype: TensorFlowDatatype = tensorFlowDatatype(0);
  let shape: PartialShape = undefined;
  for (const part of entry.fields()) {
    if (part.number === 1) name = part.string();
    if (part.number !== 2) continue;
    for (const tensor of part.fields()) {
      if (tensor.number === 1) reference = tensor.string();
      else if (tensor.number === 2) datatype = tensorFlowDatatype(tensor.integer());
      else if (tensor.number === 3) shape = readPartialShape(tensor);
    }
  }
  return { name, reference: reference.includes(':') ? reference : `${reference}:0`, datatype, shape };
}

function sorted(tensors: readonly SignatureTensor[]): SignatureTensor[] {
  return tensors.toSorted((one, another) => (one.name < another.name ? -1 : 1));
}
