/** Output sizes of convolutions and poolings in NCHW (ONNX operator specification, Conv and MaxPool). */
import { integersAttribute, type OnnxAttributes } from './onnx-graph.ts';

type PartialSizes = readonly (number | null)[];

function spatialSize(
  size: number | null,
  axis: number,
  window: { kernel: number; attributes: OnnxAttributes },
) {
  const { kernel, attributes } = window;
  const rank = integersAttribute(attributes, 'kernel_shape')?.length ?? 2;
  const stride = integersAttribute(attributes, 'strides')?.[axis] ?? 1;
  const dilation = integersAttribute(attributes, 'dilations')?.[axis] ?? 1;
  if (size === null) return null;
  const automatic = attributes['auto_pad'];
  if (automatic?.kind === 'string' && automatic.value === 'SAME_UPPER') return Math.ceil(size / stride);
  const pads = integersAttribute(attributes, 'pads');
  const padding = (pads?.[axis] ?? 0) + (pads?.[axis + rank] ?? 0);
  return Math.floor((size + padding - dilation * (kernel - 1) - 1) / stride) + 1;
}

/** [N,C,H,W] after a convolution with weights [M,C/groups,kH,kW]. */
export function convolved(
  shape: PartialSizes,
  weights: PartialSizes | undefined,
  attributes: OnnxAttributes,
): PartialSizes | undefined {
  if (weights === undefined) return undefined;
  return shape.map((size, axis) => {
    if (axis === 0) return size;
    if (axis === 1) return weights[0] ?? null;
    const kernel = weights[axis];
    return typeof kernel === 'number' ? spatialSize(size, axis - 2, { kernel, attributes }) : null;
  });
}

/** [N,C,H,W] after a pooling window. */
export function pooled(shape: PartialSizes, attributes: OnnxAttributes): PartialSizes {
  const kernels = integersAttribute(attributes, 'kernel_shape') ?? [];
  return shape.map((size, axis) =>
    axis < 2 ? size : spatialSize(size, axis - 2, { kernel: kernels[axis - 2] ?? 1, attributes }),
  );
}
