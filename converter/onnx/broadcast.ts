/** NumPy-style broadcasting of shapes, of which some sizes may be unknown. */
import type { Shape } from '../../gateway/domain/tensor.ts';

/** A size of 1 stretches and `null` gives way to a known size above 1. */
export function broadcast<Size extends number | null>(
  left: readonly Size[],
  right: readonly Size[],
): (Size | number)[] {
  const rank = Math.max(left.length, right.length);
  const sizeAt = (shape: readonly Size[], axis: number): Size | number => {
    const size = shape[axis - rank + shape.length];
    // `null` is a size too: only a missing axis counts as 1.
    return size === undefined ? 1 : size;
  };
  return Array.from({ length: rank }, (_, axis) => {
    const one = sizeAt(left, axis);
    const other = sizeAt(right, axis);
    return one === 1 || (one === null && other !== null && other !== 1) ? other : one;
  });
}

/** Whether each size is 1 or already the wanted one; a graph where it is neither is broken, which the run time reports. */
export function broadcastsTo(from: Shape, to: Shape): boolean {
  const offset = to.length - from.length;
  return from.every((size, axis) => size === 1 || size === to[axis + offset]);
}
