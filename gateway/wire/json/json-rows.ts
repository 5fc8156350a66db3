/** Nested JSON lists as a shape and the innermost lists. */
import { ServingError } from '../../domain/errors.ts';
import type { Shape } from '../../domain/tensor.ts';

/** As many axes as TensorFlow allows. */
const mostAxes = 254;

/** The innermost lists. */
export type Rows = readonly (readonly unknown[])[];

/**
 * A value, or nested lists of values, as its shape and the innermost lists in their order.
 *
 * @throws ServingError `invalid-input` when lists beside each other have different lengths
 */
export function readRows(value: unknown, name: string): { readonly shape: Shape; readonly rows: Rows } {
  const shape = shapeOf(value, name);
  return { shape, rows: shape.length === 0 ? [[value]] : innermostLists(value, shape, name) };
}

function shapeOf(value: unknown, name: string): number[] {
  const shape: number[] = [];
  for (let inner = value; Array.isArray(inner); inner = inner[0]) {
    if (shape.length === mostAxes) {
      throw new ServingError('invalid-input', `"${name}" has lists in more than ${mostAxes} levels.`);
    }
    shape.push(inner.length);
  }
  return shape;
}

/** Level by level; throws as soon as a list has another length than its neighbours. */
function innermostLists(value: unknown, shape: Shape, name: string): Rows {
  let lists = listsAmong([value], shape[0] ?? 0, name);
  for (const size of shape.slice(1)) lists = listsAmong(lists.flat(1), size, name);
  return lists;
}

function listsAmong(items: readonly unknown[], size: number, name: string): Rows {
  const lists: (readonly unknown[])[] = [];
  for (const item of items) {
    if (!Array.isArray(item) || item.length !== size) {
      throw new ServingError(
        'invalid-input',
        `"${name}" has lists of different lengths, or lists beside values; a tensor needs equal lists.`,
      );
    }
    lists.push(item);
  }
  return lists;
}
