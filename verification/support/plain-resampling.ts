/** Bilinear resampling by a plan, written down once more, sample by sample, in TensorFlow's order of float32 steps. */
import type { AxisSampling, BilinearPlan } from '../../gateway/domain/bilinear-plan.ts';

interface Decoded {
  readonly elements: Uint8Array;
  readonly width: number;
}

const single = Math.fround;

interface Sample {
  readonly near: number;
  readonly far: number;
  readonly share: number;
}

function sampleAt(index: number, axis: AxisSampling, isHalfPixel: boolean): Sample {
  const number = axis.first + index;
  const at = isHalfPixel
    ? single(single(single(number + 0.5) * axis.scale) - 0.5)
    : single(number * axis.scale);
  const inside = (pixel: number): number => axis.start + Math.max(0, Math.min(axis.size - 1, pixel));
  const near = Math.floor(at);
  return { near: inside(near), far: inside(near + 1), share: single(at - near) };
}

/** from + (to − from) · share */
function between(from: number, to: number, share: number): number {
  return single(from + single(single(to - from) * share));
}

/** The numbers in the plan's layout. */
export function plainResampling(plan: BilinearPlan, { elements, width }: Decoded): Float32Array {
  const { rows, columns, channels } = plan;
  const result = new Float32Array(3 * rows.count * columns.count);
  for (let y = 0; y < rows.count; y += 1) {
    const row = sampleAt(y, rows, plan.isHalfPixel);
    for (let x = 0; x < columns.count; x += 1) {
      const column = sampleAt(x, columns, plan.isHalfPixel);
      for (const [place, channel] of channels.entries()) {
        const pixel = (line: number, at: number): number =>
          elements[(line * width + at) * 3 + channel] ?? NaN;
        const along = (line: number): number =>
          between(pixel(line, column.near), pixel(line, column.far), column.share);
        const sample = between(along(row.near), along(row.far), row.share);
        const [shift, factor, offset] = [plan.shift[place], plan.factor[place], plan.offset[place]];
        const value = single(
          single(single(sample + single(shift ?? NaN)) * single(factor ?? NaN)) + single(offset ?? NaN),
        );
        const at =
          plan.layout === 'channels-first'
            ? (place * rows.count + y) * columns.count + x
            : (y * columns.count + x) * 3 + place;
        result[at] = value;
      }
    }
  }
  return result;
}
