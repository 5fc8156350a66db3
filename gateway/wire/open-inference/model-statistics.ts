/** What a model has done so far, as the statistics extension says it: the same names in JSON and in messages. */

export interface Duration {
  readonly count: number;
  readonly ns: number;
}

/** Everything is since the server began. */
export interface ModelStatistics {
  readonly name: string;
  readonly version: string;
  /** Milliseconds since 1970; 0 for never. */
  readonly last_inference: number;
  /** Rows that were answered. */
  readonly inference_count: number;
  /** Requests that were answered. */
  readonly execution_count: number;
  readonly inference_stats: {
    readonly success: Duration;
    readonly fail: Duration;
    readonly queue: Duration;
    readonly compute_input: Duration;
    readonly compute_infer: Duration;
    readonly compute_output: Duration;
    readonly cache_hit: Duration;
    readonly cache_miss: Duration;
  };
  readonly batch_stats: readonly {
    readonly batch_size: number;
    readonly compute_input: Duration;
    readonly compute_infer: Duration;
    readonly compute_output: Duration;
  }[];
}

/** What is counted; the rest follows from it. */
export interface CountedInferences {
  readonly name: string;
  readonly version: number;
  /** What its owner calls the version, where that is another text. */
  readonly label?: string | undefined;
  readonly lastInference: number;
  readonly failed: Duration;
  /** By the number of rows in a request. */
  readonly answered: ReadonlyMap<number, Duration>;
}

const never: Duration = { count: 0, ns: 0 };

/**
 * Queue, input and output are inside the time of the inference and are not told apart: they took place as often, in no
 * time. Clients such as perf_analyzer refuse counts that differ and look for a model's version by its queue's count.
 */
export function toModelStatistics(counted: CountedInferences): ModelStatistics {
  const answered = [...counted.answered];
  const success = answered.reduce(
    (sum, [, { count, ns }]) => ({ count: sum.count + count, ns: sum.ns + ns }),
    never,
  );
  const untimed = inNoTime(success);
  return {
    name: counted.name,
    version: counted.label ?? String(counted.version),
    last_inference: counted.lastInference,
    inference_count: answered.reduce((sum, [rows, { count }]) => sum + rows * count, 0),
    execution_count: success.count,
    inference_stats: {
      success,
      fail: counted.failed,
      queue: untimed,
      compute_input: untimed,
      compute_infer: success,
      compute_output: untimed,
      cache_hit: never,
      cache_miss: never,
    },
    batch_stats: answered.map(([rows, duration]) => ({
      batch_size: rows,
      compute_input: inNoTime(duration),
      compute_infer: duration,
      compute_output: inNoTime(duration),
    })),
  };
}

function inNoTime({ count }: Duration): Duration {
  return { count, ns: 0 };
}
