/** Element-wise operations: arithmetic, activations, comparisons, casts. */
import { constantOf } from '../onnx/constants.ts';
import { float, type OnnxAttributes } from '../onnx/onnx-graph.ts';
import type { Lowering, LoweringContext, Lowerings } from './lowering.ts';

const same =
  (operator: string): Lowering =>
  ({ builder, inputs }) => [builder.emit(operator, inputs)];

/** A scalar constant of the input's datatype. */
function scalar(context: LoweringContext, value: number): string {
  const { datatype } = context.builder.typeOf(context.input(0));
  if (datatype === 'string') throw context.unsupported('computes on strings');
  return context.builder.constant(constantOf(datatype, [], [value]));
}

const clip =
  (low: number, high: number): Lowering =>
  (context) => [
    context.builder.emit('Clip', [context.input(0), scalar(context, low), scalar(context, high)]),
  ];

const activation =
  (operator: string, attributes: (context: LoweringContext) => OnnxAttributes): Lowering =>
  (context) => [context.builder.emit(operator, [context.input(0)], attributes(context))];

/** Integer division rounds towards minus infinity; float64 holds every int32 quotient exactly. */
const floorDivide: Lowering = ({ builder, inputs }) => {
  const [left = '', right = ''] = inputs;
  const { datatype } = builder.typeOf(left);
  if (datatype.startsWith('float')) return [builder.emit('Floor', [builder.emit('Div', inputs)])];
  const quotient = builder.emit('Div', [builder.cast(left, 'float64'), builder.cast(right, 'float64')]);
  return [builder.cast(builder.emit('Floor', [quotient]), datatype === 'int64' ? 'int64' : 'int32')];
};

const squaredDifference: Lowering = ({ builder, inputs }) => {
  const difference = builder.emit('Sub', inputs);
  return [builder.emit('Mul', [difference, difference])];
};

export const elementWise: Lowerings = {
  Add: same('Add'),
  AddV2: same('Add'),
  AddN: ({ builder, inputs }) => [inputs.reduce((sum, value) => builder.emit('Add', [sum, value]))],
  Sub: same('Sub'),
  Mul: same('Mul'),
  RealDiv: same('Div'),
  Div: same('Div'),
  DivNoNan: (context) => {
    const { builder } = context;
    const zero = scalar(context, 0);
    const isZero = builder.emit('Equal', [context.input(1), zero]);
    return [builder.emit('Where', [isZero, zero, builder.emit('Div', context.inputs)])];
  },
  FloorDiv: floorDivide,
  FloorMod: same('Mod'),
  Minimum: same('Min'),
  Maximum: same('Max'),
  Pow: same('Pow'),
  SquaredDifference: squaredDifference,
  Neg: same('Neg'),
  Abs: same('Abs'),
  Sqrt: same('Sqrt'),
  Rsqrt: ({ builder, inputs }) => [builder.emit('Reciprocal', [builder.emit('Sqrt', inputs)])],
  Reciprocal: same('Reciprocal'),
  Square: ({ builder, inputs: [value = ''] }) => [builder.emit('Mul', [value, value])],
  Floor: same('Floor'),
  Ceil: same('Ceil'),
  Round: same('Round'),
  Rint: same('Round'),
  Exp: same('Exp'),
  Log: same('Log'),
  Log1p: (context) => [
    context.builder.emit('Log', [context.builder.emit('Add', [context.input(0), scalar(context, 1)])]),
  ],
  Erf: same('Erf'),
  Erfc: (context) => [
    context.builder.emit('Sub', [scalar(context, 1), context.builder.emit('Erf', context.inputs)]),
  ],
  Tanh: same('Tanh'),
  Sigmoid: same('Sigmoid'),
  Relu: same('Relu'),
  Relu6: clip(0, 6),
  ClipByValue: same('Clip'),
  Elu: activation('Elu', () => ({})),
  Selu: activation('Selu', () => ({})),
  Softplus: activation('Softplus', () => ({})),
  Softsign: activation('Softsign', () => ({})),
  LeakyRelu: activation('LeakyRelu', (context) => ({ alpha: float(context.float('alpha', 0.2)) })),
  Equal: same('Equal'),
  Less: same('Less'),
  LessEqual: same('LessOrEqual'),
  Greater: same('Greater'),
  GreaterEqual: same('GreaterOrEqual'),
  LogicalAnd: same('And'),
  LogicalOr: same('Or'),
  LogicalNot: same('Not'),
  SelectV2: same('Where'),
  Cast: (context) => [context.builder.cast(context.input(0), context.datatype('DstT', 'float32'))],
};
