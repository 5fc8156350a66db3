/** The range that ONNX `Slice` takes of one axis: negative positions count from the end, and both ends are clamped. */

export interface AxisRange {
  readonly size: number;
  readonly start: number;
  readonly end: number;
  /** Not 0; below it the axis is walked backwards. */
  readonly step: number;
}

/** The first element taken and how many there are. */
export function slicedSize({ size, start, end, step }: AxisRange): { first: number; count: number } {
  const isBackwards = step < 0;
  const clamp = (value: number, low: number, high: number): number =>
    Math.min(Math.max(value < 0 ? value + size : value, low), high);
  const first = isBackwards ? clamp(start, 0, size - 1) : clamp(start, 0, size);
  const last = isBackwards ? clamp(end, -1, size - 1) : clamp(end, 0, size);
  return { first, count: Math.max(0, Math.ceil((last - first) / step)) };
}
