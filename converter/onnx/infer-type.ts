/** The datatype and shape of an operator's first output, as far as its inputs and attributes tell. */
import type { Datatype } from '../../gateway/domain/tensor.ts';
import { isBinary, isComparison } from './arithmetic.ts';
import { broadcast } from './broadcast.ts';
import type { OnnxAttribute, ValueType } from './onnx-graph.ts';
import { reshaped, shapeRules, type InferenceInput } from './shape-rules.ts';

type PartialSizes = readonly (number | null)[];

/** ONNX datatype numbers that `Cast` and friends use (onnx.proto, TensorProto.DataType). */
export const onnxDatatypes: Readonly<Record<Datatype, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
};

const datatypeByNumber = new Map<number, Datatype>(
  (Object.keys(onnxDatatypes) as Datatype[]).map((name) => [onnxDatatypes[name], name]),
);

export const datatypeNumbered = (number: number): Datatype | undefined => datatypeByNumber.get(number);

/** Operators whose output has the shape of their first input. */
const sameShape: ReadonlySet<string> = new Set([
  'Abs',
  'BatchNormalization',
  'Cast',
  'Ceil',
  'Clip',
  'Cos',
  'Elu',
  'Erf',
  'Exp',
  'Floor',
  'Identity',
  'LeakyRelu',
  'Log',
  'LogSoftmax',
  'Neg',
  'Not',
  'Reciprocal',
  'Relu',
  'Round',
  'Selu',
  'Sigmoid',
  'Sign',
  'Sin',
  'Softmax',
  'Softplus',
  'Softsign',
  'Sqrt',
  'Tanh',
]);

const positions: ReadonlySet<string> = new Set(['Shape', 'Size', 'ArgMax', 'ArgMin']);

function datatypeOf({ operator, attributes, types }: InferenceInput): Datatype {
  const to: OnnxAttribute | undefined = attributes['to'];
  if (operator === 'Cast' && to?.kind === 'integer') return datatypeByNumber.get(to.value) ?? 'float32';
  if (positions.has(operator)) return 'int64';
  if (isComparison(operator)) return 'bool';
  return types[operator === 'Where' ? 1 : 0]?.datatype ?? 'float32';
}

/** Further outputs are typed by whoever emits them; the shape of an operator nobody listed is unknown. */
export function inferType(input: InferenceInput): ValueType {
  const datatype = datatypeOf(input);
  return { datatype, shape: shapeOf(input) };
}

function shapeOf(input: InferenceInput): PartialSizes | undefined {
  const first = input.types[0]?.shape;
  if (input.operator === 'Reshape') return reshaped(input);
  if (first === undefined) return undefined;
  if (sameShape.has(input.operator)) return first;
  const rule = shapeRules.get(input.operator);
  if (rule !== undefined) return rule(input, first);
  if (!isBinary(input.operator)) return undefined;
  return input.types
    .map((type) => type?.shape)
    .reduce<PartialSizes | undefined>(
      (left, right) => left && right && broadcast<number | null>(left, right),
      first,
    );
}
