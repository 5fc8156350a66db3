/** Convolutions, poolings and batch normalisation. */
import { constantOf, numbersOf } from '../onnx/constants.ts';
import { float, integer, integers, text, type OnnxAttributes } from '../onnx/onnx-graph.ts';
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
  const shape = context.builder.typeOf(context.input(0)).shape;
  const first = isChannelsFirst(context) ? 2 : 1;
  const ends = [0, 1].map((axis) => {
    const size = shape?.[first + axis] ?? null;
    const [kernel, stride, dilation] = [window.kernel, window.strides, window.dilations].map(
      (pair) => pair[axis] ?? 1,
    );
    if (size === null || kernel === undefined || stride === undefined || dilation === undefined) return null;
    const reach = (Math.ceil(size / stride) - 1) * stride + (kernel - 1) * dilation + 1;
    const total = Math.max(reach - size, 0);
    return [Math.floor(total / 2), Math.ceil(total / 2)] as const;
  });
  const [high, wide] = ends;
  if (!high || !wide) return { auto_pad: text('SAME_UPPER') };
  return { pads: integers([high[0], wide[0], high[1], wide[1]]) };
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

/** `is_training` defaults to true in the OpDef, but a served graph states false; true would use the batch's own mean. */
const batchNormalisation: Lowering = (context) => {
  if (context.flag('is_training', true)) throw context.unsupported('normalises by the batch it is given');
  const attributes = { epsilon: float(context.float('epsilon', 1e-4)) };
  const parameters = [1, 2, 3, 4].map((index) => context.input(index));
  const normalised = inChannelsFirst(context, context.input(0), (value) =>
    context.builder.emit('BatchNormalization', [value, ...parameters], attributes),
  );
  return [normalised];
};

/** Bias [C] along the channel axis. */
const bias: Lowering = (context) => {
  const { builder } = context;
  if (!isChannelsFirst(context)) return [builder.emit('Add', [context.input(0), context.input(1)])];
  const constant = builder.constantOf(context.input(1));
  if (constant === undefined) throw context.unsupported('computes its bias at run time');
  const shape = [constant.elements.length, ...new Array<number>(context.rank(0) - 2).fill(1)];
  const column = builder.constant(constantOf('float32', shape, numbersOf(constant)));
  return [builder.emit('Add', [context.input(0), column])];
};

export const convolutions: Lowerings = {
  Conv2D: convolution,
  DepthwiseConv2dNative: depthwise,
  MaxPool: pooling('MaxPool'),
  AvgPool: pooling('AveragePool'),
  FusedBatchNorm: batchNormalisation,
  FusedBatchNormV2: batchNormalisation,
  FusedBatchNormV3: batchNormalisation,
  BiasAdd: bias,
};
