/** How long a warm-up may take: little at first, so that it is soon known why a model is not ready, and then ever more. */

/** Most models have answered by then, also those that compile or allocate at their first question. */
const firstMilliseconds = 5000;

export class WarmUpPatience {
  /** By the title of a model version; those that have answered are forgotten. */
  readonly #patience = new Map<string, number>();
  readonly #first: number;

  /** @param first milliseconds for a version that is warmed up for the first time */
  constructor(first = firstMilliseconds) {
    this.#first = first;
  }

  /** In milliseconds. */
  of(title: string): number {
    return this.#patience.get(title) ?? this.#first;
  }

  /** A slow model needs more: what it began it finishes, so the next time it may well be faster. */
  wasTooShort(title: string, milliseconds: number): void {
    this.#patience.set(title, 2 * milliseconds);
  }

  wasEnough(title: string): void {
    this.#patience.delete(title);
  }
}
