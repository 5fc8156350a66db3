/** Counts the inferences of every model version and how long they took. */

export interface Duration {
  readonly count: number;
  readonly ns: number;
}

/** What a model version has done since the server began. */
export interface InferenceCounts {
  /** Milliseconds since 1970; 0 for never. */
  readonly lastInference: number;
  readonly failed: Duration;
  /** By the number of rows in a request. */
  readonly answered: ReadonlyMap<number, Duration>;
}

interface Counts extends InferenceCounts {
  lastInference: number;
  failed: Duration;
  readonly answered: Map<number, Duration>;
}

interface Version {
  readonly name: string;
  readonly version: number;
}

/** Requests of more rows than this count as so many, so that clients cannot make entries without end. */
const mostRowsToldApart = 1024;

export class InferenceCounter {
  readonly #counts = new Map<string, Counts>();

  /**
   * @param rows pictures, or rows of the first input
   * @param began when it did, by `performance.now`
   */
  noteAnswer(model: Version, rows: number, began: number): void {
    const counts = this.#countsOf(model);
    const most = Math.min(rows, mostRowsToldApart);
    counts.answered.set(most, oneMore(counts.answered.get(most), began));
    counts.lastInference = Date.now();
  }

  noteFailure(model: Version, began: number): void {
    const counts = this.#countsOf(model);
    counts.failed = oneMore(counts.failed, began);
    counts.lastInference = Date.now();
  }

  of(model: Version): InferenceCounts {
    return this.#countsOf(model);
  }

  #countsOf({ name, version }: Version): Counts {
    const title = `${name}/${version}`;
    const counts = this.#counts.get(title) ?? {
      lastInference: 0,
      failed: { count: 0, ns: 0 },
      answered: new Map<number, Duration>(),
    };
    this.#counts.set(title, counts);
    return counts;
  }
}

function oneMore(duration: Duration = { count: 0, ns: 0 }, began: number): Duration {
  const nanoseconds = Math.round((performance.now() - began) * 1e6);
  return { count: duration.count + 1, ns: duration.ns + nanoseconds };
}
