/** Translates the part of a TensorFlow graph between some boundary values and some outputs into ONNX. */
import type { Tensor } from '../../gateway/domain/tensor.ts';
import {
  behindTransparent,
  isTransparent,
  referenceKey,
  type FlatNode,
  type ValueReference,
} from '../graph/flat-graph.ts';
import { GraphBuilder } from '../onnx/graph-builder.ts';
import type { OnnxGraph, ValueType } from '../onnx/onnx-graph.ts';
import { runsElsewhere, UnsupportedModel } from '../unsupported-model.ts';
import { catalogue } from './catalogue.ts';
import { LoweringContext } from './lowering.ts';

export interface Boundary {
  readonly name: string;
  readonly reference: ValueReference;
  readonly type: ValueType;
}

export interface GraphCut {
  readonly nodes: ReadonlyMap<string, FlatNode>;
  /** Where the graph begins: each becomes an ONNX input. */
  readonly inputs: readonly Boundary[];
  readonly outputs: readonly { readonly name: string; readonly reference: ValueReference }[];
  /** Values of the variable nodes, by node name. */
  readonly variables: ReadonlyMap<string, Tensor>;
}

export function lowerGraph(cut: GraphCut): OnnxGraph {
  const builder = new GraphBuilder();
  const values = new Map<string, string>();
  for (const input of cut.inputs)
    values.set(referenceKey(input.reference), builder.input(input.name, input.type));
  for (const node of topologicalOrder(cut)) {
    builder.origin = node.name;
    for (const [index, value] of lowerNode(node, cut, { builder, values }).entries()) {
      const key = referenceKey({ node: node.name, index });
      if (!values.has(key)) values.set(key, value);
    }
  }
  return builder.finish(
    cut.outputs.map(({ name, reference }) => ({ name, value: valueOf(reference, values) })),
  );
}

function valueOf(reference: ValueReference, values: ReadonlyMap<string, string>): string {
  const value = values.get(referenceKey(reference));
  if (value === undefined)
    throw new UnsupportedModel(
      `The graph uses output ${reference.index} of ${reference.node}, which has no value.`,
    );
  return value;
}

/** Nodes the outputs need, each after its inputs; an explicit stack, because networks are deeper than call stacks. */
function topologicalOrder(cut: GraphCut): FlatNode[] {
  const boundary = new Set(cut.inputs.map((input) => referenceKey(input.reference)));
  const order: FlatNode[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const pending = cut.outputs
    .map(({ reference }) => reference)
    .filter((at) => !boundary.has(referenceKey(at)));
  for (let reference = pending.at(-1); reference !== undefined; reference = pending.at(-1)) {
    const node = cut.nodes.get(reference.node);
    if (node === undefined)
      throw new UnsupportedModel(`The graph refers to a node that does not exist: ${reference.node}.`);
    const seen = state.get(node.name);
    if (seen !== undefined) {
      if (seen === 'open') order.push(node);
      state.set(node.name, 'done');
      pending.pop();
      continue;
    }
    state.set(node.name, 'open');
    for (const input of node.inputs) {
      if (boundary.has(referenceKey(input))) continue;
      const inputState = state.get(input.node);
      if (inputState === undefined) pending.push(input);
      else if (inputState === 'open') {
        throw new UnsupportedModel(
          `The graph loops through node ${node.name}; the compiler knows map_fn loops over pictures only. ${runsElsewhere}`,
        );
      }
    }
  }
  return order;
}

interface LoweringState {
  readonly builder: GraphBuilder;
  readonly values: ReadonlyMap<string, string>;
}

function lowerNode(node: FlatNode, cut: GraphCut, { builder, values }: LoweringState): readonly string[] {
  if (node.operation === 'Const') return [constantValue(node, builder)];
  const variable = cut.variables.get(node.name);
  if (variable !== undefined) return [numericConstant(variable, node, builder)];
  if (isTransparent(node.operation)) {
    return node.inputs.map((_, index) =>
      valueOf(behindTransparent(node, index) ?? { node: '', index }, values),
    );
  }
  const inputs = node.inputs.map((input) => valueOf(input, values));
  if (node.operation === 'ReadVariableOp') return inputs.slice(0, 1);
  if (node.operation === 'PlaceholderWithDefault') return inputs.slice(0, 1);
  if (node.operation === 'Placeholder') {
    throw new UnsupportedModel(
      `The graph needs the placeholder ${node.name}, which the signature does not feed.`,
    );
  }
  const lowering = catalogue.get(node.operation);
  if (lowering === undefined) throw UnsupportedModel.operation(node.operation, node.name);
  return lowering(new LoweringContext(node, builder, inputs));
}

function constantValue(node: FlatNode, builder: GraphBuilder): string {
  const value = node.attributes.get('value');
  if (value?.kind !== 'tensor') throw new UnsupportedModel(`The constant ${node.name} has no value.`);
  return numericConstant(value.value, node, builder);
}

function numericConstant(tensor: Tensor, node: FlatNode, builder: GraphBuilder): string {
  if (tensor.datatype === 'string')
    throw UnsupportedModel.operation(`${node.operation} of strings`, node.name);
  return builder.constant(tensor);
}

/** The variable nodes that the outputs of a cut need. */
export function variableNodes(nodes: ReadonlyMap<string, FlatNode>): string[] {
  const operations = new Set(['VariableV2', 'Variable', 'VarHandleOp']);
  return [...nodes.values()].filter((node) => operations.has(node.operation)).map((node) => node.name);
}
