/** Cuts a matrix that a person can read out of the confusions. */
import type { ConfusionCounts } from './confusion-counts.ts';

export interface ConfusionRow {
  readonly truth: number;
  /** One count a class of the matrix. */
  readonly counts: readonly number[];
  /** Pictures of this class that were taken for a class outside the matrix. */
  readonly elsewhere: number;
  readonly pictures: number;
}

export interface ConfusionMatrix {
  /** Rows and columns, ascending. */
  readonly classes: readonly number[];
  readonly rows: readonly ConfusionRow[];
  /** False when there are too many classes and only the most confused ones are here. */
  readonly isWhole: boolean;
}

/** A matrix of more rows is a picture, not a table. */
const mostClasses = 30;
const mostConfusedClasses = 12;

/**
 * All classes of the model when there are at most 30, else all that occur when these are at most 30, else the 12 that
 * take part in the most mistakes.
 */
export function confusionMatrix(counts: ConfusionCounts, classCount: number | undefined): ConfusionMatrix {
  const occurring = counts.classes;
  const isSmall = classCount !== undefined && classCount <= mostClasses;
  const isWhole = isSmall || occurring.length <= mostClasses;
  const classes = isSmall
    ? [...new Set([...Array.from({ length: classCount }, (_, index) => index), ...occurring])]
    : isWhole
      ? occurring
      : mostConfused(counts);
  return { classes, isWhole, rows: rowsOf(counts, classes) };
}

function rowsOf(counts: ConfusionCounts, classes: readonly number[]): readonly ConfusionRow[] {
  const totals = new Map<number, number>();
  for (const { truth, pictures } of counts.pairs) totals.set(truth, (totals.get(truth) ?? 0) + pictures);
  return classes.map((truth) => {
    const row = classes.map((predicted) => counts.count(truth, predicted));
    const pictures = totals.get(truth) ?? 0;
    return { truth, counts: row, elsewhere: pictures - row.reduce((sum, count) => sum + count, 0), pictures };
  });
}

function mostConfused(counts: ConfusionCounts): readonly number[] {
  const mistakes = new Map<number, number>();
  for (const { truth, predicted, pictures } of counts.mistakes) {
    for (const one of [truth, predicted]) mistakes.set(one, (mistakes.get(one) ?? 0) + pictures);
  }
  return [...mistakes]
    .sort(([leftClass, left], [rightClass, right]) => right - left || leftClass - rightClass)
    .slice(0, mostConfusedClasses)
    .map(([one]) => one)
    .sort((left, right) => left - right);
}
