/** Copies a strided view of a storage into row-major order. */

export interface StridedView {
  /** In elements, like the strides. */
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** Elements of a view; 0 as soon as one axis is empty, however large the others claim to be. */
export function sizeOf(shape: readonly number[]): number {
  return shape.includes(0) ? 0 : shape.reduce((product, size) => product * size, 1);
}

/** One more than the last element a view reaches, 0 when it has none; elements from the storage's beginning. */
export function reachOf({ offset, shape, strides }: StridedView): number {
  if (shape.includes(0)) return 0;
  return shape.reduce((end, size, axis) => end + (size - 1) * (strides[axis] ?? 0), offset + 1);
}

/** @param width bytes of an element; the view must lie inside of `storage` (`reachOf`). */
export function contiguousBytes(storage: ArrayBuffer, width: 1 | 2 | 4 | 8, view: StridedView): ArrayBuffer {
  const count = sizeOf(view.shape);
  if (count === 0) return new ArrayBuffer(0);
  if (isRowMajor(view)) return storage.slice(view.offset * width, (view.offset + count) * width);
  switch (width) {
    case 1:
      return gather(new Uint8Array(storage), new Uint8Array(count), view);
    case 2:
      return gather(new Uint16Array(storage), new Uint16Array(count), view);
    case 4:
      return gather(new Uint32Array(storage), new Uint32Array(count), view);
    case 8:
      return gather(new Uint32Array(storage), new Uint32Array(2 * count), halved(view));
  }
}

/** Axes of size 1 may have any stride. */
function isRowMajor({ shape, strides }: StridedView): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    const size = shape[axis] ?? 1;
    if (size !== 1 && strides[axis] !== expected) return false;
    expected *= size;
  }
  return true;
}

/** Eight bytes are moved as two words, because a float's bits may change when it is moved as a number. */
function halved({ offset, shape, strides }: StridedView): StridedView {
  return { offset: 2 * offset, shape: [...shape, 2], strides: [...strides.map((stride) => 2 * stride), 1] };
}

type Words = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

function gather(from: Words, to: Words, { offset, shape, strides }: StridedView): ArrayBuffer {
  const index = shape.map(() => 0);
  let source = offset;
  for (let target = 0; target < to.length; target += 1) {
    to[target] = from[source] ?? 0;
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      const next = (index[axis] ?? 0) + 1;
      const stride = strides[axis] ?? 0;
      source += stride;
      index[axis] = next;
      if (next < (shape[axis] ?? 0)) break;
      source -= next * stride;
      index[axis] = 0;
    }
  }
  return to.buffer;
}
