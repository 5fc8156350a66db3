/** The type of a node's first output in an ONNX file of any origin, where the compiler's own rules do not reach. */
import { inferType } from '../onnx/infer-type.ts';
import {
  integerAttribute,
  integersAttribute,
  type OnnxAttributes,
  type OnnxNode,
  type ValueType,
} from '../onnx/onnx-graph.ts';

type Sizes = readonly (number | null)[];

export interface KnownInputs {
  readonly inputs: readonly (ValueType | undefined)[];
  /** Small integers that are known, such as axes and shapes. */
  readonly values: readonly (Sizes | undefined)[];
}

interface Given extends KnownInputs {
  readonly attributes: OnnxAttributes;
  readonly first: Sizes;
}

/** Operators of exporters and of quantised models that leave the sizes alone; the compiler emits none of them. */
const sameShape: ReadonlySet<string> = new Set([
  'Dropout',
  'HardSigmoid',
  'HardSwish',
  'Mish',
  'Gelu',
  'PRelu',
  'ThresholdedRelu',
  'InstanceNormalization',
  'LayerNormalization',
  'LRN',
  'QuantizeLinear',
  'DequantizeLinear',
  'DynamicQuantizeLinear',
]);

const reductions = /^Reduce(Mean|Sum|Max|Min|Prod|L1|L2)$/;

export function inferNodeType(node: OnnxNode, { inputs, values }: KnownInputs): ValueType {
  const { operator, attributes } = node;
  const [first] = inputs;
  const shape = first?.shape;
  const name = operator.slice(operator.lastIndexOf('.') + 1);
  const rule = shape === undefined ? undefined : rules.get(name);
  if (first !== undefined && shape !== undefined) {
    if (sameShape.has(name)) return first;
    if (rule !== undefined) {
      return { datatype: first.datatype, shape: rule({ inputs, values, attributes, first: shape }) };
    }
    // Before operator set 13 to 18 the axes were an attribute.
    const axes = integersAttribute(attributes, 'axes');
    if (axes !== undefined && (reductions.test(name) || name === 'Squeeze' || name === 'Unsqueeze')) {
      return inferType({
        operator: name,
        attributes,
        types: [first, { datatype: 'int64', shape: [axes.length] }],
        values: [values[0], axes],
      });
    }
  }
  return inferType({ operator: name, attributes, types: inputs, values });
}

/** An operator whose inputs are not where the rule for its plain form looks for them. */
const like =
  (operator: string, places: readonly number[]) =>
  ({ inputs, values, attributes }: Given): Sizes | undefined =>
    inferType({
      operator,
      attributes,
      types: places.map((place) => inputs[place]),
      values: places.map((place) => values[place]),
    }).shape;

const product = (sizes: Sizes): number | null =>
  sizes.reduce<number | null>((total, size) => (total === null || size === null ? null : total * size), 1);

const rules: ReadonlyMap<string, (given: Given) => Sizes | undefined> = new Map([
  [
    'Flatten',
    ({ attributes, first }: Given): Sizes => {
      const axis = integerAttribute(attributes, 'axis', 1);
      const at = axis < 0 ? axis + first.length : axis;
      return [product(first.slice(0, at)), product(first.slice(at))];
    },
  ],
  [
    'Gemm',
    ({ inputs, attributes, first }: Given): Sizes | undefined => {
      const second = inputs[1]?.shape;
      if (second === undefined) return undefined;
      const rows = first[integerAttribute(attributes, 'transA', 0) === 1 ? 1 : 0] ?? null;
      return [rows, second[integerAttribute(attributes, 'transB', 0) === 1 ? 0 : 1] ?? null];
    },
  ],
  ['GlobalMaxPool', ({ first }: Given): Sizes => first.map((size, axis) => (axis < 2 ? size : 1))],
  ['FusedConv', like('Conv', [0, 1])],
  ['ConvInteger', like('Conv', [0, 1])],
  ['QLinearConv', like('Conv', [0, 3])],
  ['MatMulInteger', like('MatMul', [0, 1])],
  ['QLinearMatMul', like('MatMul', [0, 3])],
  ['QLinearAdd', like('Add', [0, 3])],
  ['QLinearMul', like('Mul', [0, 3])],
  ['QLinearGlobalAveragePool', like('GlobalAveragePool', [0])],
]);
