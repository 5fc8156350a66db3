/** Classes and values of examples, out of the output that a model gave for all of them. */
import { ServingError } from '../../domain/errors.ts';
import type { Labels } from '../../domain/labels.ts';
import type { NumericTensor } from '../../domain/tensor.ts';
import type { Classifications } from '../../wire/tensorflow-serving/classify-results.ts';

export interface RegressedExamples {
  /** A row an example. */
  readonly tensor: NumericTensor;
  readonly count: number;
}

export interface ClassifiedExamples extends RegressedExamples {
  /** Whether the output holds a score for each class, and not the class itself. */
  readonly isScored: boolean;
  readonly labels: Labels | undefined;
}

/**
 * Every class with its score, in the order of the classes; where the model gives no scores, the one class with none.
 *
 * @throws ServingError `model-failed` when the rows of the tensor are not those of the examples
 */
export function classesOf({ tensor, count, isScored, labels }: ClassifiedExamples): Classifications {
  return rowsOf(tensor, count).map((row) => {
    if (!isScored) return row.map((index) => ({ label: labelOf(labels, index), score: 0 }));
    // Labels belong to one signature, and a name beside the wrong class is worse than none.
    const fitting = labels?.length === row.length ? labels : undefined;
    return row.map((score, index) => ({ label: labelOf(fitting, index), score }));
  });
}

/**
 * One value an example.
 *
 * @throws ServingError `model-failed` when the rows of the tensor are not those of the examples
 */
export function valuesOf({ tensor, count }: RegressedExamples): readonly number[] {
  return rowsOf(tensor, count).map(([value = NaN]) => value);
}

function rowsOf({ elements, shape }: NumericTensor, count: number): readonly (readonly number[])[] {
  if (shape[0] !== count || elements.length % count !== 0) {
    throw new ServingError('model-failed', 'The model gave an answer whose shape does not fit the examples.');
  }
  const width = elements.length / count;
  const numbers = Array.from(elements, Number);
  return Array.from({ length: count }, (_, row) => numbers.slice(row * width, (row + 1) * width));
}

/** The number of a class stands for a label that nobody gave. */
function labelOf(labels: Labels | undefined, index: number): string {
  return labels?.[index] ?? String(index);
}
