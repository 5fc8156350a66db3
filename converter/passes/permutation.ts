/** Permutations of axes, as ONNX `Transpose` writes them: output axis i is input axis permutation[i]. */

export type Permutation = readonly number[];

/** The one transpose that does `first` and then `second`. */
export function compose(first: Permutation, second: Permutation): Permutation {
  return second.map((axis) => first[axis] ?? axis);
}

export function inverse(permutation: Permutation): Permutation {
  const result = new Array<number>(permutation.length);
  for (const [position, axis] of permutation.entries()) result[axis] = position;
  return result;
}

export function isIdentity(permutation: Permutation): boolean {
  return permutation.every((axis, position) => axis === position);
}

export function areEqual(left: Permutation, right: Permutation): boolean {
  return left.length === right.length && left.every((axis, position) => axis === right[position]);
}

/** What is left of a permutation when some input axes disappear. */
export function withoutAxes(permutation: Permutation, removed: ReadonlySet<number>): Permutation {
  const kept = permutation.filter((axis) => !removed.has(axis));
  const ordered = [...kept].sort((left, right) => left - right);
  return kept.map((axis) => ordered.indexOf(axis));
}

/** Whether only axes of size 1 change their order, so that the elements stay where they are in memory. */
export function isReshape(permutation: Permutation, shape: readonly (number | null)[]): boolean {
  const moving = permutation.filter((axis) => shape[axis] !== 1);
  return moving.every((axis, position) => position === 0 || axis > (moving[position - 1] ?? 0));
}
