/** Turns the tensor signature of a model graph that is still in memory into an ONNX graph. */
import type { NumericTensor, Tensor } from '../gateway/domain/tensor.ts';
import { FunctionFlattener } from './graph/flatten-functions.ts';
import { lowerGraph, variableNodes } from './lowering/lower-graph.ts';
import { isNumeric } from './lowering/lowering.ts';
import { tensorSignature } from './network/classifier-graph.ts';
import type { ModelGraph } from './network/model-graph.ts';
import type { OnnxGraph } from './onnx/onnx-graph.ts';
import { optimise } from './passes/optimise.ts';
import { UnsupportedModel } from './unsupported-model.ts';

/** The very graph that the SavedModel's file holds, lowered as the engine lowers it, without a file between. */
export function lowerModelGraph(model: ModelGraph): OnnxGraph {
  const signature = model.signatures.find(({ name }) => name === tensorSignature);
  if (signature === undefined) throw new UnsupportedModel('The model has no signature that takes tensors.');
  const flattener = new FunctionFlattener({
    nodes: model.nodes,
    functions: new Map(),
    signatures: new Map(),
    restoreNode: undefined,
    producer: '',
  });
  const inputs = signature.inputs.map(({ name, reference, datatype, shape }) => {
    if (!isNumeric(datatype)) throw new UnsupportedModel(`The input ${name} takes no numbers.`);
    return { name, reference: flattener.resolve(reference), type: { datatype, shape } };
  });
  const outputs = signature.outputs.map(({ name, reference }) => ({
    name,
    reference: flattener.resolve(reference),
  }));
  const variables = new Map<string, Tensor>();
  for (const name of variableNodes(flattener.nodes)) variables.set(name, valueOf(model, name));
  return optimise(lowerGraph({ nodes: flattener.nodes, inputs, outputs, variables }));
}

function valueOf({ variables }: ModelGraph, name: string): NumericTensor {
  const value = variables.get(name);
  if (value === undefined) throw new UnsupportedModel(`The variable ${name} has no value.`);
  return value;
}
