/** The classification extension: an output as the likeliest classes, each as `score:index:label`. */
import { ServingError } from '../../domain/errors.ts';
import type { Labels } from '../../domain/labels.ts';
import type { NumericTensor, Tensor } from '../../domain/tensor.ts';
import { isFloating, numbersOf } from '../../wire/numeric-elements.ts';

/**
 * @param count how many classes to give a row; as many as there are when there are fewer
 * @returns BYTES of shape [rows, count], or [count] for an output without an axis for rows
 * @throws ServingError `invalid-input`
 */
export function classified(tensor: Tensor, count: unknown, labels: Labels | undefined): Tensor {
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 1) {
    throw new ServingError('invalid-input', '"classification" must be a whole number of classes from 1 on.');
  }
  if (tensor.datatype === 'string' || tensor.datatype === 'bool') {
    throw new ServingError('invalid-input', '"classification" needs an output of numbers.');
  }
  const isBatch = tensor.shape.length > 1;
  const rows = isBatch ? (tensor.shape[0] ?? 0) : 1;
  const values = numbersOf(tensor);
  const width = rows === 0 ? 0 : values.length / rows;
  const most = Math.min(count, width);
  const fitting = labels?.length === width ? labels : undefined;
  const texts = Array.from({ length: rows }, (_, row) =>
    highest(values.slice(row * width, (row + 1) * width), most).map(([index, value]) =>
      [written(value, tensor), index, ...(fitting?.[index] === undefined ? [] : [fitting[index]])].join(':'),
    ),
  );
  return {
    datatype: 'string',
    shape: isBatch ? [rows, most] : [most],
    elements: texts.flat().map((text) => Buffer.from(text)),
  };
}

/** Of equal ones the lower index comes first. */
function highest(row: readonly number[], count: number): readonly (readonly [number, number])[] {
  return row
    .map((value, index) => [index, value] as const)
    .sort(([left, one], [right, other]) => other - one || left - right)
    .slice(0, count);
}

const written = (value: number, { datatype }: NumericTensor): string =>
  isFloating(datatype) ? value.toFixed(6) : String(value);
