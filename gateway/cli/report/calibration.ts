/** Whether the model's confidence can be believed: right answers counted by confidence.
 *
 * The bins and the expected calibration error are those of Guo, Pleiss, Sun and Weinberger, "On Calibration of Modern
 * Neural Networks" (ICML 2017): bins of equal width, the upper edge belonging to the bin, and the error the mean of
 * |accuracy − mean confidence| over the bins, weighted by the pictures in them.
 */

export interface ConfidenceBin {
  /** Confidence above this (the first bin includes it). */
  readonly from: number;
  /** Confidence up to this. */
  readonly to: number;
  readonly pictures: number;
  /** Undefined, like `accuracy`, in an empty bin. */
  readonly meanConfidence: number | undefined;
  readonly accuracy: number | undefined;
}

interface Sums {
  pictures: number;
  right: number;
  confidence: number;
}

export class Calibration {
  readonly #sums: readonly Sums[];

  constructor(bins = 10) {
    this.#sums = Array.from({ length: bins }, () => ({ pictures: 0, right: 0, confidence: 0 }));
  }

  /** @param confidence probability of the predicted class, 0 to 1 */
  add(confidence: number, isRight: boolean): void {
    const count = this.#sums.length;
    const index = Math.min(count - 1, Math.max(0, Math.ceil(confidence * count) - 1));
    const sums = this.#sums[index];
    if (sums === undefined) return;
    sums.pictures += 1;
    sums.right += isRight ? 1 : 0;
    sums.confidence += confidence;
  }

  get bins(): readonly ConfidenceBin[] {
    const count = this.#sums.length;
    return this.#sums.map(({ pictures, right, confidence }, index) => ({
      from: index / count,
      to: (index + 1) / count,
      pictures,
      meanConfidence: pictures === 0 ? undefined : confidence / pictures,
      accuracy: pictures === 0 ? undefined : right / pictures,
    }));
  }

  /** Mean confidence over all pictures; undefined when there is none. */
  get meanConfidence(): number | undefined {
    const total = this.#pictures;
    return total === 0 ? undefined : this.#sums.reduce((sum, { confidence }) => sum + confidence, 0) / total;
  }

  /** 0 when confidence and accuracy agree in every bin; undefined when there is no picture. */
  get expectedError(): number | undefined {
    const total = this.#pictures;
    if (total === 0) return undefined;
    return (
      this.#sums.reduce((error, { right, confidence }) => error + Math.abs(right - confidence), 0) / total
    );
  }

  get #pictures(): number {
    return this.#sums.reduce((sum, { pictures }) => sum + pictures, 0);
  }
}
