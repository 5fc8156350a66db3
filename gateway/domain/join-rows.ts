/** Joins tensors along their first axis. */
import type { NumericElements, NumericTensor } from './tensor.ts';

/** @throws Error when there is nothing to join, or when datatypes or the sizes of other axes differ. */
export function joinRows(parts: readonly NumericTensor[]): NumericTensor {
  const [first, ...others] = parts;
  if (first === undefined) throw new Error('no tensors to join');
  if (others.length === 0) return first;
  if (first.shape.length === 0) throw new Error('scalars have no rows to join');
  const rowShape = first.shape.slice(1);
  for (const part of others) {
    const sameRows =
      part.shape.length === first.shape.length && rowShape.every((size, k) => size === part.shape[k + 1]);
    if (part.datatype !== first.datatype || !sameRows) {
      throw new Error(`rows of ${describe(part)} do not fit to rows of ${describe(first)}`);
    }
  }
  const rowCount = parts.reduce((sum, part) => sum + (part.shape[0] ?? 0), 0);
  return { datatype: first.datatype, shape: [rowCount, ...rowShape], elements: concatenate(parts) };
}

function concatenate(parts: readonly NumericTensor[]): NumericElements {
  const views = parts.map(({ elements }) => elements);
  const bytes = new Uint8Array(views.reduce((sum, view) => sum + view.byteLength, 0));
  let offset = 0;
  for (const view of views) {
    bytes.set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength), offset);
    offset += view.byteLength;
  }
  return sameKind(views[0], bytes.buffer);
}

function sameKind(model: NumericElements | undefined, buffer: ArrayBuffer): NumericElements {
  if (model instanceof Int8Array) return new Int8Array(buffer);
  if (model instanceof Uint16Array) return new Uint16Array(buffer);
  if (model instanceof Int16Array) return new Int16Array(buffer);
  if (model instanceof Uint32Array) return new Uint32Array(buffer);
  if (model instanceof Int32Array) return new Int32Array(buffer);
  if (model instanceof BigUint64Array) return new BigUint64Array(buffer);
  if (model instanceof BigInt64Array) return new BigInt64Array(buffer);
  if (model instanceof Float32Array) return new Float32Array(buffer);
  if (model instanceof Float64Array) return new Float64Array(buffer);
  return new Uint8Array(buffer);
}

function describe(tensor: NumericTensor): string {
  return `${tensor.datatype} [${tensor.shape.join(',')}]`;
}
