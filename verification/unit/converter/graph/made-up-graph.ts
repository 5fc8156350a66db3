/** TensorFlow graphs written out by hand, for what no exporter would produce. */
import { elementCount, type Tensor } from '../../../../gateway/domain/tensor.ts';
import type {
  AttributeValue,
  TensorFlowFunction,
  TensorFlowGraph,
  TensorFlowNode,
} from '../../../../converter/readers/saved-model/tensorflow-graph.ts';
import { constantOf } from '../../../../converter/onnx/constants.ts';

export type Attributes = Readonly<Record<string, AttributeValue>>;

export function node(
  operation: string,
  name: string,
  inputs: readonly string[] = [],
  attributes: Attributes = {},
): TensorFlowNode {
  return { name, operation, inputs, attributes: new Map(Object.entries(attributes)) };
}

export function constant(name: string, tensor: Tensor): TensorFlowNode {
  return node('Const', name, [], { value: { kind: 'tensor', value: tensor } });
}

export function integerConstant(
  name: string,
  values: readonly number[],
  shape = [values.length],
): TensorFlowNode {
  return constant(name, constantOf('int32', shape, values));
}

export function floatConstant(name: string, shape: readonly number[]): TensorFlowNode {
  return constant(name, constantOf('float32', shape, new Float32Array(elementCount(shape))));
}

export function call(name: string, callee: string, inputs: readonly string[]): TensorFlowNode {
  return node('PartitionedCall', name, inputs, { f: { kind: 'function', value: callee } });
}

/** A function of one argument `x` and one result `y`. */
export function oneToOne(name: string, result: string, nodes: readonly TensorFlowNode[]): TensorFlowFunction {
  return { name, argumentNames: ['x'], resultNames: ['y'], nodes, results: new Map([['y', result]]) };
}

export function graphOf(
  nodes: readonly TensorFlowNode[],
  functions: readonly TensorFlowFunction[] = [],
): TensorFlowGraph {
  return {
    nodes,
    functions: new Map(functions.map((definition) => [definition.name, definition])),
    signatures: new Map(),
    restoreNode: undefined,
    producer: 'a test',
  };
}
