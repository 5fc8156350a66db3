/** Remembers which values of a graph under construction are transposed views of others. */
import { integers } from '../onnx/onnx-graph.ts';
import { compose, isIdentity, isReshape, type Permutation } from './permutation.ts';
import type { Rebuilding } from './rebuild.ts';

/** A value of the new graph that is a transposed view of another one. */
export interface View {
  readonly source: string;
  readonly permutation: Permutation;
}

/** Views by value name; a value that is not a view is its own source. */
export class Views {
  readonly #views = new Map<string, View>();
  readonly #state: Rebuilding;

  constructor(state: Rebuilding) {
    this.#state = state;
  }

  of(value: string): View | undefined {
    return this.#views.get(value);
  }

  /** The transpose of `source`, emitted and remembered; the identity is `source` itself. */
  transposed(source: string, permutation: Permutation): string {
    const below = this.#views.get(source);
    if (below !== undefined) return this.transposed(below.source, compose(below.permutation, permutation));
    if (isIdentity(permutation)) return source;
    const value = this.#emit(source, permutation);
    if (this.#state.builder.constantOf(value) === undefined) this.#views.set(value, { source, permutation });
    return value;
  }

  /** Where only axes of one element change places nothing moves in memory, so no transpose is written. */
  #emit(source: string, permutation: Permutation): string {
    const { builder } = this.#state;
    const { shape } = builder.typeOf(source);
    if (shape === undefined || !isReshape(permutation, shape)) {
      return builder.emit('Transpose', [source], { perm: integers(permutation) });
    }
    const ones = shape.flatMap((size, axis) => (size === 1 ? [axis] : []));
    const turnedOnes = permutation.flatMap((from, axis) => (shape[from] === 1 ? [axis] : []));
    const squeezed = builder.emit('Squeeze', [source, builder.integers(ones)]);
    return builder.emit('Unsqueeze', [squeezed, builder.integers(turnedOnes)]);
  }
}
