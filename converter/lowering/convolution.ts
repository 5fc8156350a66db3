/** Convolutions and poolings. */
import { integer, integers, text, type OnnxAttributes } from '../onnx/onnx-graph.ts';
import { inChannelsFirst, isChannelsFirst, spatialPair } from './layout.ts';
import type { Lowering, LoweringContext, Lowerings } from './lowering.ts';

interface Window {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
}

/**
 * TensorFlow's SAME pads so that the output has ceil(size / stride) elements, the odd one at the end; VALID not at all.
 * With known sizes the pads are written out, which lets the run time choose its fastest kernels.
 */
function padding(context: LoweringContext, window: Window): OnnxAttributes {
  const mode = context.text('padding', 'VALID');
  if (mode === 'VALID') return {};
  if (mode === 'EXPLICIT') {
    const list = context.integers('explicit_paddings');
    const at = isChannelsFirst(context) ? 4 : 2;
    return { pads: integers([list[at] ?? 0, list[at + 2] ?? 0, list[at + 1] ?? 0, list[at + 3] ?? 0]) };
  }
  const [high, wide] = [0, 1].map((axis) => sameEnds(context, window, axis));
  if (high && wide) return { pads: integers([high[0], wide[0], high[1], wide[1]]) };
  const isDilated = window.dilations.some((dilation) => dilation > 1);
  const skips = window.strides.some((stride, axis) => stride > (window.kernel[axis] ?? 1));
  // What ONNX Runtime's own SAME refuses or miscounts.
  if (isDilated || skips) throw context.unsupported('pads a picture of unknown size for a sparse window');
  return { auto_pad: text('SAME_UPPER') };
}

/** Padding before and after one axis; with a stride of 1 it does not depend on the picture's size. */
function sameEnds(
  context: LoweringContext,
  { kernel, strides, dilations }: Window,
  axis: number,
): readonly [number, number] | undefined {
  const [reach, stride] = [((kernel[axis] ?? 1) - 1) * (dilations[axis] ?? 1) + 1, strides[axis] ?? 1];
  const shape = context.builder.typeOf(context.input(0)).shape;
  const size = shape?.[(isChannelsFirst(context) ? 2 : 1) + axis] ?? null;
  if (size === null && stride > 1 && reach > 1) return undefined;
  const total = size === null ? reach - 1 : (Math.ceil(size / stride) - 1) * stride + reach - size;
  const amount = Math.max(total, 0);
  return [Math.floor(amount / 2), Math.ceil(amount / 2)];
}

function weightShape(context: LoweringContext): readonly [number, number, number, number] {
  const shape = context.builder.typeOf(context.input(1)).shape;
  const [height, width, depth, count] = shape ?? [];
  if (!height || !width || !depth || !count) throw context.unsupported('has weights of unknown size');
  return [height, width, depth, count];
}

/** Weights [kH,kW,in,out] become [out,in,kH,kW]. */
const convolution: Lowering = (context) => {
  const { builder } = context;
  const [height, width, depth] = weightShape(context);
  const weights = builder.emit('Transpose', [context.input(1)], { perm: integers([3, 2, 0, 1]) });
  const channelAxis = isChannelsFirst(context) ? 1 : 3;
  const channels = builder.typeOf(context.input(0)).shape?.[channelAxis] ?? depth;
  return [convolve(context, weights, { kernel: [height, width], group: channels / depth })];
};

/** Weights [kH,kW,in,multiplier] become [in·multiplier,1,kH,kW] with one group a channel. */
const depthwise: Lowering = (context) => {
  const { builder } = context;
  const [height, width, channels, multiplier] = weightShape(context);
  const moved = builder.emit('Transpose', [context.input(1)], { perm: integers([2, 3, 0, 1]) });
  const shape = builder.integers([channels * multiplier, 1, height, width]);
  const weights = builder.emit('Reshape', [moved, shape]);
  return [convolve(context, weights, { kernel: [height, width], group: channels })];
};

function convolve(
  context: LoweringContext,
  weights: string,
  { kernel, group }: { kernel: readonly [number, number]; group: number },
): string {
  const window: Window = {
    kernel,
    strides: spatialPair(context, 'strides'),
    dilations: spatialPair(context, 'dilations'),
  };
  const attributes: OnnxAttributes = {
    kernel_shape: integers(window.kernel),
    strides: integers(window.strides),
    dilations: integers(window.dilations),
    group: integer(group),
    ...padding(context, window),
  };
  return inChannelsFirst(context, context.input(0), (value) =>
    context.builder.emit('Conv', [value, weights], attributes),
  );
}

const pooling =
  (operator: 'MaxPool' | 'AveragePool'): Lowering =>
  (context) => {
    const kernel = spatialPair(context, 'ksize');
    const strides = spatialPair(context, 'strides');
    const attributes: OnnxAttributes = {
      kernel_shape: integers(kernel),
      strides: integers(strides),
      ...padding(context, { kernel, strides, dilations: [1, 1] }),
    };
    return [
      inChannelsFirst(context, context.input(0), (value) =>
        context.builder.emit(operator, [value], attributes),
      ),
    ];
  };

export const convolutions: Lowerings = {
  Conv2D: convolution,
  DepthwiseConv2dNative: depthwise,
  MaxPool: pooling('MaxPool'),
  AvgPool: pooling('AveragePool'),
};
