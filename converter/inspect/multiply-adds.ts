/** Estimates how many multiplications, each with its addition, a network does for one row of a batch. */
import type { NumericTensor } from '../../gateway/domain/tensor.ts';
import { elementCount } from '../../gateway/domain/tensor.ts';
import { numbersOf } from '../onnx/constants.ts';
import { integerAttribute, type OnnxGraph, type OnnxNode, type ValueType } from '../onnx/onnx-graph.ts';
import { inferNodeType } from './infer-node-type.ts';

export interface MultiplyAdds {
  readonly count: number;
  /** Convolutions and matrix products whose sizes nothing tells; they are not in the count. */
  readonly unknown: number;
}

/** Larger constants are weights; shapes, axes and pads are smaller. */
const mostRemembered = 64;

type Sizes = readonly (number | null)[];

/** Only convolutions and matrix products count, as in the tables that papers print. */
export function countMultiplyAdds(graph: OnnxGraph): MultiplyAdds {
  const types = new Map<string, ValueType>();
  const values = new Map<string, Sizes>();
  for (const [name, type] of graph.types) if (isWhole(type)) types.set(name, type);
  for (const [name, tensor] of graph.constants) remember(name, tensor, { types, values });
  // Whatever is open is one: the rows of a batch.
  for (const { name, type } of graph.inputs) {
    types.set(name, { ...type, shape: type.shape?.map((size) => size ?? 1) });
  }
  let [count, unknown] = [0, 0];
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((name) => types.get(name));
    const given = inferNodeType(node, { inputs, values: node.inputs.map((name) => values.get(name)) });
    const [output = ''] = node.outputs;
    if (!types.has(output)) types.set(output, given);
    const shape = inputs[0]?.shape;
    if (node.operator === 'Shape' && shape !== undefined) values.set(output, shape);
    const cost = costOf(node, inputs, types.get(output));
    if (cost === undefined) unknown += 1;
    else count += cost;
  }
  return { count, unknown };
}

function isWhole({ shape }: ValueType): boolean {
  return shape?.every((size) => size !== null) === true;
}

function remember(
  name: string,
  tensor: NumericTensor,
  { types, values }: { types: Map<string, ValueType>; values: Map<string, Sizes> },
): void {
  types.set(name, { datatype: tensor.datatype, shape: tensor.shape });
  if (tensor.elements.length <= mostRemembered) values.set(name, numbersOf(tensor));
}

/** Zero for every other operator; undefined when the sizes are not known. */
function costOf(
  node: OnnxNode,
  inputs: readonly (ValueType | undefined)[],
  output: ValueType | undefined,
): number | undefined {
  const rule = rules.get(node.operator.slice(node.operator.lastIndexOf('.') + 1));
  if (rule === undefined) return 0;
  const sizes = inputs.map((type) => known(type?.shape));
  const [left, right] = [sizes[0], sizes[rule.weights]];
  const result = known(output?.shape);
  return left && right && result && rule.cost({ node, left, right, result });
}

interface Product {
  readonly node: OnnxNode;
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly result: readonly number[];
}

interface Rule {
  /** Which input holds the weights. */
  readonly weights: number;
  readonly cost: (product: Product) => number;
}

const convolution = ({ right, result }: Product): number =>
  elementCount(result) * elementCount(right.slice(1));
/** Each element of the input meets every weight of its channel. */
const transposedConvolution = ({ left, right }: Product): number =>
  elementCount(left) * elementCount(right.slice(1));
const matrix = ({ left, result }: Product): number => elementCount(result) * (left.at(-1) ?? 1);
const general = ({ node, left, result }: Product): number =>
  elementCount(result) * (left[integerAttribute(node.attributes, 'transA', 0) === 1 ? 0 : 1] ?? 1);

const rules: ReadonlyMap<string, Rule> = new Map([
  ['Conv', { weights: 1, cost: convolution }],
  ['FusedConv', { weights: 1, cost: convolution }],
  ['ConvInteger', { weights: 1, cost: convolution }],
  ['QLinearConv', { weights: 3, cost: convolution }],
  ['ConvTranspose', { weights: 1, cost: transposedConvolution }],
  ['MatMul', { weights: 1, cost: matrix }],
  ['MatMulInteger', { weights: 1, cost: matrix }],
  ['QLinearMatMul', { weights: 3, cost: matrix }],
  ['Gemm', { weights: 1, cost: general }],
]);

function known(shape: Sizes | undefined): readonly number[] | undefined {
  const sizes = shape?.filter((size) => size !== null);
  return sizes !== undefined && sizes.length === shape?.length ? sizes : undefined;
}
