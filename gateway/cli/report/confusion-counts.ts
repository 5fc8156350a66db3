/** Counts which class was taken for which. */

export interface Confusion {
  readonly truth: number;
  readonly predicted: number;
  readonly pictures: number;
}

/** Pictures by true and predicted class; keeps only the pairs that occur, so that 1000 classes cost no million cells. */
export class ConfusionCounts {
  readonly #byTruth = new Map<number, Map<number, number>>();

  add(truth: number, predicted: number): void {
    const row = this.#byTruth.get(truth) ?? new Map<number, number>();
    this.#byTruth.set(truth, row);
    row.set(predicted, (row.get(predicted) ?? 0) + 1);
  }

  count(truth: number, predicted: number): number {
    return this.#byTruth.get(truth)?.get(predicted) ?? 0;
  }

  /** Every pair that occurs, right ones too, by true and then by predicted class. */
  get pairs(): readonly Confusion[] {
    return [...this.#byTruth]
      .flatMap(([truth, row]) => [...row].map(([predicted, pictures]) => ({ truth, predicted, pictures })))
      .sort((left, right) => left.truth - right.truth || left.predicted - right.predicted);
  }

  /** The wrong pairs, most frequent first. */
  get mistakes(): readonly Confusion[] {
    return this.pairs
      .filter(({ truth, predicted }) => truth !== predicted)
      .sort((left, right) => right.pictures - left.pictures);
  }

  /** Classes that occur as truth or as prediction, ascending. */
  get classes(): readonly number[] {
    const classes = new Set(this.pairs.flatMap(({ truth, predicted }) => [truth, predicted]));
    return [...classes].sort((left, right) => left - right);
  }
}
