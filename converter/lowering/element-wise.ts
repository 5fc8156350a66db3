/** Element-wise operations: arithmetic, activations, comparisons, choices, casts. */
import type { NumericDatatype } from '../../gateway/domain/tensor.ts';
import { constantOf } from '../onnx/constants.ts';
import { float, integer, type OnnxAttributes } from '../onnx/onnx-graph.ts';
import { zerosLike } from './fill.ts';
import type { Lowering, LoweringContext, Lowerings } from './lowering.ts';

/** ONNX Runtime has no arithmetic on these; 32 bits hold every intermediate, and the cast back wraps as TensorFlow does. */
const narrow: ReadonlySet<string> = new Set(['uint8', 'int8', 'uint16', 'int16']);

type Emit = (inputs: readonly string[]) => string;

/** Computes narrow integers as int32 and casts the answer back. */
function widened({ builder, inputs }: LoweringContext, emit: Emit): string {
  const { datatype } = builder.typeOf(inputs[0] ?? '');
  if (datatype === 'string' || !narrow.has(datatype)) return emit(inputs);
  return builder.cast(emit(inputs.map((value) => builder.cast(value, 'int32'))), datatype);
}

const same =
  (operator: string): Lowering =>
  (context) => [widened(context, (inputs) => context.builder.emit(operator, inputs))];

/** The answer is a truth value, so nothing is cast back. */
const comparison =
  (operator: string): Lowering =>
  ({ builder, inputs }) => [
    builder.emit(
      operator,
      inputs.map((value) =>
        narrow.has(builder.typeOf(value).datatype) ? builder.cast(value, 'int32') : value,
      ),
    ),
  ];

/** A scalar constant of the input's datatype. */
function scalar(context: LoweringContext, value: number): string {
  return context.builder.constant(constantOf(context.numericType(0), [], [value]));
}

const clip =
  (low: number, high: number): Lowering =>
  (context) => [
    context.builder.emit('Clip', [context.input(0), scalar(context, low), scalar(context, high)]),
  ];

/** ONNX clips to scalars only. */
const clipByValue: Lowering = (context) => [
  widened(context, ([value = '', low = '', high = '']) => {
    const { builder } = context;
    const areScalars = [low, high].every((bound) => builder.typeOf(bound).shape?.length === 0);
    return areScalars
      ? builder.emit('Clip', [value, low, high])
      : builder.emit('Max', [builder.emit('Min', [value, high]), low]);
  }),
];

const activation =
  (operator: string, attributes: (context: LoweringContext) => OnnxAttributes): Lowering =>
  (context) => [context.builder.emit(operator, [context.input(0)], attributes(context))];

const isFloat = (datatype: NumericDatatype): boolean => datatype.startsWith('float');

/** Integer division rounds towards minus infinity; float64 holds every int32 quotient exactly. */
const floorDivide: Lowering = (context) => {
  const { builder, inputs } = context;
  const datatype = context.numericType(0);
  if (isFloat(datatype)) return [builder.emit('Floor', [builder.emit('Div', inputs)])];
  const quotient = builder.emit(
    'Div',
    inputs.map((value) => builder.cast(value, 'float64')),
  );
  return [builder.cast(builder.emit('Floor', [quotient]), datatype)];
};

/** The remainder has the divisor's sign; among floats ONNX's has the dividend's, so one divisor is added on the way. */
const floorModulo: Lowering = (context) => {
  const { builder } = context;
  if (!isFloat(context.numericType(0))) return same('Mod')(context);
  const [dividend, divisor] = [context.input(0), context.input(1)];
  const truncated = { fmod: integer(1) };
  const remainder = builder.emit('Mod', [dividend, divisor], truncated);
  return [builder.emit('Mod', [builder.emit('Add', [remainder, divisor]), divisor], truncated)];
};

const squaredDifference: Lowering = (context) => [
  widened(context, (inputs) => {
    const difference = context.builder.emit('Sub', inputs);
    return context.builder.emit('Mul', [difference, difference]);
  }),
];

/** The old `Select` takes a vector that chooses whole rows. */
const selectRows: Lowering = (context) => {
  const { builder } = context;
  const [condition, rank] = [context.input(0), context.rank(1)];
  if (context.rank(0) !== 1 || rank < 2) return [builder.emit('Where', context.inputs)];
  const axes = builder.integers(Array.from({ length: rank - 1 }, (_, axis) => axis + 1));
  const column = builder.emit('Unsqueeze', [condition, axes]);
  return [builder.emit('Where', [column, context.input(1), context.input(2)])];
};

const cast: Lowering = (context) => [
  context.builder.cast(context.input(0), context.datatype('DstT', 'float32')),
];

export const elementWise: Lowerings = {
  Add: same('Add'),
  AddV2: same('Add'),
  AddN: (context) => [
    widened(context, (inputs) => inputs.reduce((sum, value) => context.builder.emit('Add', [sum, value]))),
  ],
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
  FloorMod: floorModulo,
  Minimum: same('Min'),
  Maximum: same('Max'),
  Pow: same('Pow'),
  SquaredDifference: squaredDifference,
  Neg: same('Neg'),
  Abs: same('Abs'),
  Sign: same('Sign'),
  Sqrt: same('Sqrt'),
  Rsqrt: ({ builder, inputs }) => [builder.emit('Reciprocal', [builder.emit('Sqrt', inputs)])],
  Reciprocal: same('Reciprocal'),
  Inv: same('Reciprocal'),
  Square: (context) => [widened(context, ([value = '']) => context.builder.emit('Mul', [value, value]))],
  Floor: same('Floor'),
  Ceil: same('Ceil'),
  Round: same('Round'),
  Rint: same('Round'),
  Exp: same('Exp'),
  Expm1: (context) => [
    context.builder.emit('Sub', [context.builder.emit('Exp', context.inputs), scalar(context, 1)]),
  ],
  Log: same('Log'),
  Log1p: (context) => [
    context.builder.emit('Log', [context.builder.emit('Add', [context.input(0), scalar(context, 1)])]),
  ],
  Sin: same('Sin'),
  Cos: same('Cos'),
  Erf: same('Erf'),
  Erfc: (context) => [
    context.builder.emit('Sub', [scalar(context, 1), context.builder.emit('Erf', context.inputs)]),
  ],
  Tanh: same('Tanh'),
  Sigmoid: same('Sigmoid'),
  Relu: same('Relu'),
  Relu6: clip(0, 6),
  ClipByValue: clipByValue,
  Elu: activation('Elu', () => ({})),
  Selu: activation('Selu', () => ({})),
  Softplus: activation('Softplus', () => ({})),
  Softsign: activation('Softsign', () => ({})),
  LeakyRelu: activation('LeakyRelu', (context) => ({ alpha: float(context.float('alpha', 0.2)) })),
  Equal: comparison('Equal'),
  NotEqual: (context) => comparison('Equal')(context).map((value) => context.builder.emit('Not', [value])),
  Less: comparison('Less'),
  LessEqual: comparison('LessOrEqual'),
  Greater: comparison('Greater'),
  GreaterEqual: comparison('GreaterOrEqual'),
  LogicalAnd: same('And'),
  LogicalOr: same('Or'),
  LogicalNot: same('Not'),
  Select: selectRows,
  SelectV2: ({ builder, inputs }) => [builder.emit('Where', inputs)],
  ZerosLike: (context) => [zerosLike(context, 0)],
  OnesLike: (context) => [zerosLike(context, 1)],
  Cast: cast,
};
