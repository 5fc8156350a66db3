/** The numbers that record-torch-answers.py fills models and pictures with, computed again. */
import { elementCount, type NumericTensor } from '../../gateway/domain/tensor.ts';
import type { RecordedFamily } from './torch-record.ts';

/** `count` numbers in [−1, 1), each a hash of its position, then scaled. */
function hashed(count: number, seed: number, scale: (value: number) => number): Float32Array {
  const values = new Float32Array(count);
  for (let index = 0; index < count; index += 1) {
    let state = (Math.imul(index, 2654435761) + seed * 40503 + 1) >>> 0;
    state = Math.imul(state ^ (state >>> 16), 73244475);
    state = Math.imul(state ^ (state >>> 13), 73244475);
    state = Math.imul(state ^ (state >>> 16), 73244475);
    values[index] = scale((state >>> 8) / 2 ** 23 - 1);
  }
  return values;
}

/** The parameters of a family, of the size and spread that PyTorch was given. */
export function hashedParameters({
  parameters,
  gain,
  head,
}: RecordedFamily): ReadonlyMap<string, NumericTensor> {
  const last = parameters.findLast(({ shape }) => shape.length === 2)?.name;
  return new Map(
    parameters.map(({ name, shape }, seed) => {
      const scaled = scaling(name, shape, { gain, head: name === last ? head : 1 });
      return [
        name,
        { datatype: 'float32', shape, elements: hashed(elementCount(shape), seed, scaled) },
      ] as const;
    }),
  );
}

function scaling(
  name: string,
  shape: readonly number[],
  { gain, head }: { gain: number; head: number },
): (value: number) => number {
  if (shape.length > 1) {
    const spread = Math.sqrt(6 / elementCount(shape.slice(1)));
    return (value) => value * spread * head;
  }
  if (name.endsWith('.running_var')) return (value) => 1 + 0.5 * value;
  if (name.endsWith('.weight')) return (value) => gain + 0.3 * value;
  return (value) => 0.1 * value;
}

/** Two pictures [2, side, side, 3]; the second is dimmer and has a gradient from top to bottom. */
export function hashedPictures(side: number): NumericTensor {
  const elements = hashed(2 * side * side * 3, 1000, (value) => value);
  const rowLength = side * 3;
  for (let row = 0; row < side; row += 1) {
    const gradient = Math.fround(row / side);
    const from = (side + row) * rowLength;
    for (let at = from; at < from + rowLength; at += 1) {
      elements[at] = Math.fround((elements[at] ?? 0) * 0.25) + gradient;
    }
  }
  return { datatype: 'float32', shape: [2, side, side, 3], elements };
}

/** Zeros of the right shapes, all views of one buffer: enough where only names and shapes matter. */
export function emptyParameters({ parameters }: RecordedFamily): ReadonlyMap<string, NumericTensor> {
  const counts = parameters.map(({ shape }) => elementCount(shape));
  const zeros = new Float32Array(Math.max(...counts));
  return new Map(
    parameters.map(({ name, shape }, index) => [
      name,
      { datatype: 'float32', shape, elements: zeros.subarray(0, counts[index]) },
    ]),
  );
}
