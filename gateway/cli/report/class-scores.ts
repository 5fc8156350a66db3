/** Precision, recall and F1 of every class. */
import type { ConfusionCounts } from './confusion-counts.ts';
import { shareOf } from './percent.ts';

export interface ClassScore {
  readonly class: number;
  /** Pictures that are of this class. */
  readonly pictures: number;
  /** Pictures that were taken for this class. */
  readonly predicted: number;
  readonly right: number;
  /** Right ÷ predicted; undefined when the class was never predicted. */
  readonly precision: number | undefined;
  /** Right ÷ pictures; undefined when there is no picture of the class. */
  readonly recall: number | undefined;
  /** Harmonic mean of the two; undefined when the class neither occurs nor is predicted. */
  readonly f1: number | undefined;
}

export interface MeanScores {
  /** Classes with at least one picture; the means are theirs, and a class that was never predicted counts as 0. */
  readonly classes: number;
  readonly precision: number | undefined;
  readonly recall: number | undefined;
  readonly f1: number | undefined;
}

/** One score for each of `classes`, in their order. */
export function classScores(counts: ConfusionCounts, classes: readonly number[]): readonly ClassScore[] {
  const pictures = new Map<number, number>();
  const predictions = new Map<number, number>();
  for (const pair of counts.pairs) {
    pictures.set(pair.truth, (pictures.get(pair.truth) ?? 0) + pair.pictures);
    predictions.set(pair.predicted, (predictions.get(pair.predicted) ?? 0) + pair.pictures);
  }
  return classes.map((one) => {
    const [total, predicted] = [pictures.get(one) ?? 0, predictions.get(one) ?? 0];
    const right = counts.count(one, one);
    return {
      class: one,
      pictures: total,
      predicted,
      right,
      precision: shareOf(right, predicted),
      recall: shareOf(right, total),
      f1: shareOf(2 * right, total + predicted),
    };
  });
}

export function meanScores(scores: readonly ClassScore[]): MeanScores {
  const present = scores.filter(({ pictures }) => pictures > 0);
  const mean = (pick: (score: ClassScore) => number | undefined): number | undefined =>
    shareOf(
      present.reduce((sum, score) => sum + (pick(score) ?? 0), 0),
      present.length,
    );
  return {
    classes: present.length,
    precision: mean(({ precision }) => precision),
    recall: mean(({ recall }) => recall),
    f1: mean(({ f1 }) => f1),
  };
}
