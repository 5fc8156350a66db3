/** Classes and values of examples, out of the output that a model gave for all of them. */
import { ServingError } from '../../domain/errors.ts';
import type { Labels } from '../../domain/labels.ts';
import type { NumericTensor, StringTensor, Tensor } from '../../domain/tensor.ts';
import type { Classifications } from '../../wire/tensorflow-serving/classify-results.ts';

export interface RegressedExamples {
  /** A row an example. */
  readonly tensor: NumericTensor;
  readonly count: number;
}

/** Outputs with a row an example; there is one at least. */
export interface ClassifiedExamples {
  readonly count: number;
  /** A score for each class. */
  readonly scores: NumericTensor | undefined;
  /** The one class, where the model gives no scores. */
  readonly classes: NumericTensor | undefined;
  /** What the model itself calls the classes of each example. */
  readonly names: StringTensor | undefined;
  /** What the owner of the model calls the classes. */
  readonly labels: Labels | undefined;
}

/**
 * Every class with its score, in the order of the classes; where the model gives no scores, those that it names with none.
 *
 * @throws ServingError `model-failed` when the rows of the outputs are not those of the examples
 */
export function classesOf({ scores, classes, names, count, labels }: ClassifiedExamples): Classifications {
  const scored = scores && rowsOf(scores, count);
  const named = names && rowsOfTexts(names, count);
  if (named !== undefined) return named.map((row, index) => namedClasses(row, scored?.[index]));
  if (scored === undefined) {
    const known = classes === undefined ? [] : rowsOf(classes, count);
    return known.map((row) => row.map((index) => ({ label: labelOf(labels, index), score: 0 })));
  }
  return scored.map((row) => {
    // Labels belong to one signature, and a name beside the wrong class is worse than none.
    const fitting = labels?.length === row.length ? labels : undefined;
    return row.map((score, index) => ({ label: labelOf(fitting, index), score }));
  });
}

function namedClasses(
  labels: readonly string[],
  scores: readonly number[] = labels.map(() => 0),
): Classifications[number] {
  if (labels.length !== scores.length) throw unfitting();
  return labels.map((label, index) => ({ label, score: scores[index] ?? 0 }));
}

/**
 * One value an example.
 *
 * @throws ServingError `model-failed` when the rows of the tensor are not those of the examples
 */
export function valuesOf({ tensor, count }: RegressedExamples): readonly number[] {
  if (tensor.elements.length !== count) throw unfitting();
  return rowsOf(tensor, count).map(([value = NaN]) => value);
}

function rowsOf({ elements, shape }: NumericTensor, count: number): readonly (readonly number[])[] {
  requireRows({ elements, shape }, count);
  return rowsAmong(Array.from(elements, Number), count);
}

function rowsOfTexts({ elements, shape }: StringTensor, count: number): readonly (readonly string[])[] {
  requireRows({ elements, shape }, count);
  const decoder = new TextDecoder();
  return rowsAmong(
    elements.map((bytes) => decoder.decode(bytes)),
    count,
  );
}

function requireRows({ elements, shape }: Pick<Tensor, 'elements' | 'shape'>, count: number): void {
  if (shape[0] !== count || elements.length % count !== 0) throw unfitting();
}

function rowsAmong<Value>(values: readonly Value[], count: number): readonly (readonly Value[])[] {
  const width = values.length / count;
  return Array.from({ length: count }, (_, row) => values.slice(row * width, (row + 1) * width));
}

function unfitting(): ServingError {
  return new ServingError('model-failed', 'The model gave an answer whose shape does not fit the examples.');
}

/** The number of a class stands for a label that nobody gave. */
function labelOf(labels: Labels | undefined, index: number): string {
  return labels?.[index] ?? String(index);
}
