/** Counts the inferences of every model version and how long they took. */
import {
  toModelStatistics,
  type Duration,
  type ModelStatistics,
} from '../../wire/open-inference/model-statistics.ts';

interface Counts {
  lastInference: number;
  failed: Duration;
  readonly answered: Map<number, Duration>;
}

interface ServedVersion {
  readonly name: string;
  readonly version: number;
  readonly label?: string | undefined;
}

/** Requests of more rows than this count as so many, so that clients cannot make entries without end. */
const mostRowsToldApart = 1024;

export class Statistics {
  readonly #counts = new Map<string, Counts>();

  /** @param work gives its answer and the number of rows in it */
  async observe<Answer extends { readonly rows: number }>(
    model: ServedVersion,
    work: () => Promise<Answer>,
  ): Promise<Answer> {
    const counts = this.#countsOf(model);
    const began = performance.now();
    counts.lastInference = Date.now();
    try {
      const answer = await work();
      const rows = Math.min(answer.rows, mostRowsToldApart);
      counts.answered.set(rows, oneMore(counts.answered.get(rows), began));
      return answer;
    } catch (error) {
      counts.failed = oneMore(counts.failed, began);
      throw error;
    }
  }

  of(model: ServedVersion): ModelStatistics {
    return toModelStatistics({ ...model, ...this.#countsOf(model) });
  }

  #countsOf({ name, version }: ServedVersion): Counts {
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
