/** Reads an operator as "scale each channel, then shift it", when it is one. */
import { numbersOf } from '../onnx/constants.ts';
import type { GraphBuilder } from '../onnx/graph-builder.ts';
import type { OnnxNode } from '../onnx/onnx-graph.ts';

/** One number a channel. */
export interface Affine {
  readonly scale: readonly number[];
  readonly shift: readonly number[];
}

export interface AffineContext {
  /** The value that is scaled and shifted, [N,C,H,W]. */
  readonly target: string;
  readonly builder: GraphBuilder;
  readonly channels: number;
}

export function affineOf(
  node: OnnxNode,
  inputs: readonly string[],
  context: AffineContext,
): Affine | undefined {
  if (node.operator === 'BatchNormalization') return batchNormalisation(node, inputs, context);
  const [left = '', right = ''] = inputs;
  const isFirst = left === context.target;
  const numbers = perChannel(isFirst ? right : left, context);
  if (numbers === undefined || inputs.length !== 2) return undefined;
  const ones = numbers.map(() => 1);
  const zeros = numbers.map(() => 0);
  switch (node.operator) {
    case 'Add':
      return { scale: ones, shift: numbers };
    case 'Sub':
      return isFirst
        ? { scale: ones, shift: numbers.map((value) => -value) }
        : { scale: numbers.map(() => -1), shift: numbers };
    case 'Mul':
      return { scale: numbers, shift: zeros };
    case 'Div':
      return isFirst ? { scale: numbers.map((value) => 1 / value), shift: zeros } : undefined;
    default:
      return undefined;
  }
}

/** A constant that holds one number, or one a channel: [], [1…], [C,1,1] or [1,C,1,1]. */
function perChannel(value: string, { builder, channels }: AffineContext): readonly number[] | undefined {
  const constant = builder.constantOf(value);
  if (constant?.datatype !== 'float32') return undefined;
  const numbers = numbersOf(constant);
  if (constant.shape.length > 4) return undefined;
  if (numbers.length === 1) return new Array<number>(channels).fill(numbers[0] ?? 0);
  const { shape } = constant;
  const channelAxis = shape.length - 3;
  return numbers.length === channels && shape[channelAxis] === channels ? numbers : undefined;
}

/** (x − mean) / √(variance + ε) · gamma + beta (Ioffe and Szegedy, 2015), at inference. */
function batchNormalisation(
  node: OnnxNode,
  inputs: readonly string[],
  { builder }: AffineContext,
): Affine | undefined {
  const [gamma, beta, mean, variance] = inputs.slice(1).map((value) => {
    const constant = builder.constantOf(value);
    return constant && numbersOf(constant);
  });
  const epsilon = node.attributes['epsilon'];
  if (!gamma || !beta || !mean || !variance || epsilon?.kind !== 'float') return undefined;
  const scale = gamma.map((value, channel) => value / Math.sqrt((variance[channel] ?? 1) + epsilon.value));
  const shift = beta.map((value, channel) => value - (mean[channel] ?? 0) * (scale[channel] ?? 1));
  return { scale, shift };
}
