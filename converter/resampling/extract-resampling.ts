/** Takes the graph of a preparation down to what plans its resampling, where it is a plain bilinear one. */
import type { NumericTensor } from '../../gateway/domain/tensor.ts';
import { numbersOf } from '../onnx/constants.ts';
import type { OnnxGraph, OnnxNode } from '../onnx/onnx-graph.ts';
import { planResampling } from './plan-resampling.ts';
import {
  smallDatatypeNamed,
  type ResamplingGraph,
  type ResamplingNode,
  type SmallTensor,
} from './resampling-graph.ts';

/** Sizes, axes and factors of channels are fewer; what is larger belongs to no plain resampling. */
const mostNumbers = 16;
/** That one usual size can be planned tells that all steps are of the known kinds. */
const usualSize = { height: 375, width: 500 };

/** @returns `undefined` when the preparation is more than a bilinear resampling, or another one. */
export function extractResampling(graph: OnnxGraph): ResamplingGraph | undefined {
  const [pixels, ...others] = graph.inputs;
  const [prepared] = graph.outputs;
  const takesColour = pixels?.type.datatype === 'uint8' && pixels.type.shape?.[2] === 3;
  if (!takesColour || others.length > 0 || prepared === undefined) return undefined;
  const used = new Set(graph.nodes.flatMap(({ inputs }) => inputs));
  const constants: Record<string, SmallTensor> = {};
  for (const [name, tensor] of graph.constants) {
    if (!used.has(name)) continue;
    const small = smallTensor(tensor);
    if (small === undefined) return undefined;
    constants[name] = small;
  }
  const nodes = graph.nodes.map(resamplingNode).filter((node) => node !== undefined);
  if (nodes.length < graph.nodes.length) return undefined;
  const resampling = { pixels: pixels.name, prepared: prepared.value, nodes, constants };
  return planResampling(resampling, usualSize) === undefined ? undefined : resampling;
}

function smallTensor(tensor: NumericTensor): SmallTensor | undefined {
  const datatype = smallDatatypeNamed(tensor.datatype);
  if (tensor.elements.length > mostNumbers || datatype === undefined) return undefined;
  const numbers = numbersOf(tensor);
  // JSON has no infinities.
  return numbers.every(Number.isFinite) ? { datatype, shape: tensor.shape, numbers } : undefined;
}

function resamplingNode({ operator, inputs, outputs, attributes }: OnnxNode): ResamplingNode | undefined {
  const [output, ...others] = outputs;
  return output === undefined || others.length > 0 ? undefined : { operator, inputs, output, attributes };
}
