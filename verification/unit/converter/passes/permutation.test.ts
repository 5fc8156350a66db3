/** Permutations hold against transposes that are carried out element by element. */
import { expect } from 'chai';
import {
  areEqual,
  compose,
  inverse,
  isIdentity,
  isReshape,
  withoutAxes,
  type Permutation,
} from '../../../../converter/passes/permutation.ts';

/** Every order of the axes. */
function orders(rank: number): readonly Permutation[] {
  if (rank === 0) return [[]];
  return orders(rank - 1).flatMap((order) =>
    Array.from({ length: rank }, (_, at) => [...order.slice(0, at), rank - 1, ...order.slice(at)]),
  );
}

/** Where the elements of a tensor of that shape lie after a transpose, by their place before it. */
function transposed(shape: readonly number[], permutation: Permutation): readonly number[] {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  let places = [0];
  for (const axis of permutation) {
    const steps = Array.from({ length: shape[axis] ?? 0 }, (_, step) => step * (strides[axis] ?? 0));
    places = places.flatMap((place) => steps.map((step) => place + step));
  }
  return places;
}

const shapeAfter = (shape: readonly number[], permutation: Permutation): readonly number[] =>
  permutation.map((axis) => shape[axis] ?? 0);

describe('a permutation', () => {
  const shape = [2, 3, 4, 5];

  it('is undone by its inverse, and by no other', () => {
    for (const order of orders(4)) {
      expect(isIdentity(compose(order, inverse(order)))).to.equal(true);
      const undoing = orders(4).filter((other) => isIdentity(compose(order, other)));
      expect(undoing).to.deep.equal([inverse(order)]);
    }
  });

  it('composed with another one moves the elements as both do one after the other', () => {
    for (const first of orders(4)) {
      for (const second of orders(4)) {
        const between = transposed(shape, first);
        const step = transposed(shapeAfter(shape, first), second);
        expect(transposed(shape, compose(first, second))).to.deep.equal(step.map((place) => between[place]));
      }
    }
  });

  it('is a reshape exactly when no element moves', () => {
    for (const sizes of [shape, [1, 3, 1, 5], [1, 1, 1, 5], [2, 1, 4, 1], [1, 1, 1, 1]]) {
      for (const order of orders(4)) {
        const stays = transposed(sizes, order).every((place, index) => place === index);
        expect(isReshape(order, sizes), `${order.join()} of ${sizes.join()}`).to.equal(stays);
      }
    }
    expect(isReshape([1, 0], [null, 1]), 'an open size may be anything').to.equal(true);
    expect(isReshape([1, 0], [null, 2])).to.equal(false);
  });

  it('keeps the order of the axes that are left when others go', () => {
    for (const order of orders(4)) {
      const removed = new Set([1, 2]);
      const left = withoutAxes(order, removed);
      const kept = shape.filter((_, axis) => !removed.has(axis));
      expect(shapeAfter(kept, left)).to.deep.equal(
        order.filter((axis) => !removed.has(axis)).map((axis) => shape[axis]),
      );
    }
  });

  it('is equal to another one of the same length and order only', () => {
    expect(areEqual([1, 0], [1, 0])).to.equal(true);
    expect(areEqual([1, 0], [0, 1])).to.equal(false);
    expect(areEqual([0, 1], [0, 1, 2])).to.equal(false);
  });
});
