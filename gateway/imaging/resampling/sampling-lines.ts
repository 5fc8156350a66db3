/** Where each sample along one side of a picture lies, in TensorFlow's float32 arithmetic. */
import type { AxisSampling } from '../../domain/bilinear-plan.ts';

export interface SamplingLines {
  /** The pixel before each sample, counted from the edge of the picture. */
  readonly lower: Int32Array;
  /** What the pixel after it contributes: 0 to 1, and 0 where there is none. */
  readonly share: Float32Array;
}

export function samplingLines(sampling: AxisSampling, isHalfPixel: boolean): SamplingLines {
  const { start, size, first, count, scale } = sampling;
  const lower = new Int32Array(count);
  const share = new Float32Array(count);
  for (let index = 0; index < count; index += 1) {
    const sample = first + index;
    const at = isHalfPixel
      ? Math.fround(Math.fround(Math.fround(sample + 0.5) * scale) - 0.5)
      : Math.fround(sample * scale);
    const before = Math.floor(at);
    const isInside = before >= 0 && before < size - 1;
    lower[index] = start + Math.min(Math.max(before, 0), size - 1);
    share[index] = isInside ? at - before : 0;
  }
  return { lower, share };
}
