/** Counts requests and their latencies, and shows them as TensorFlow Serving does, in Prometheus' text form. */
import { ServingError, type ErrorKind } from '../../domain/errors.ts';
import { statusName } from '../../transports/grpc/status-table.ts';
import type { PredictionMethod } from './prediction-method.ts';

export interface RequestLabels {
  /** The name of a model that exists: names from requests alone would make series without end. */
  readonly model: string;
  readonly api: PredictionMethod;
  readonly entrypoint: 'REST' | 'GRPC';
}

interface Histogram {
  /** How many took no longer than each bound, not counting those of the bounds below. */
  readonly counts: number[];
  count: number;
  sum: number;
}

/** Microseconds: 33 bounds from 10, each 1.8 times the one before, as TensorFlow Serving has them. */
const bounds = Array.from({ length: 33 }, (_, index) => 10 * 1.8 ** index);

const countName = ':tensorflow:serving:request_count';
const latencyName = ':tensorflow:serving:request_latency';

export class RequestMetrics {
  readonly #counts = new Map<string, number>();
  readonly #latencies = new Map<string, Histogram>();

  /** Counts the work under what becomes of it. */
  async observe<Answer>(labels: RequestLabels, work: () => Promise<Answer>): Promise<Answer> {
    const end = this.begin(labels);
    try {
      const answer = await work();
      end();
      return answer;
    } catch (error) {
      end(error);
      throw error;
    }
  }

  /** @returns called once, when the request is answered, or with what it failed of */
  begin(labels: RequestLabels): (error?: unknown) => void {
    const began = performance.now();
    return (error) => {
      this.#record(labels, error === undefined ? 'OK' : statusName(kindOf(error)), began);
    };
  }

  /** The text of `/monitoring/prometheus/metrics`. */
  exposition(): string {
    const counts = [...this.#counts].map(([labels, count]) => `${countName}{${labels}} ${count}`);
    const latencies = [...this.#latencies].flatMap(([labels, histogram]) =>
      histogramLines(labels, histogram),
    );
    return [
      `# TYPE ${countName} counter`,
      ...counts,
      `# TYPE ${latencyName} histogram`,
      ...latencies,
      '',
    ].join('\n');
  }

  #record({ model, api, entrypoint }: RequestLabels, status: string, began: number): void {
    const name = `model_name="${escaped(model)}"`;
    const counted = `${name},status="${status}"`;
    this.#counts.set(counted, (this.#counts.get(counted) ?? 0) + 1);
    const timed = `${name},API="${api}",entrypoint="${entrypoint}"`;
    const histogram = this.#latencies.get(timed) ?? { counts: bounds.map(() => 0), count: 0, sum: 0 };
    this.#latencies.set(timed, histogram);
    const microseconds = (performance.now() - began) * 1000;
    const bucket = bounds.findIndex((bound) => microseconds <= bound);
    if (bucket >= 0) histogram.counts[bucket] = (histogram.counts[bucket] ?? 0) + 1;
    histogram.count += 1;
    histogram.sum += microseconds;
  }
}

function histogramLines(labels: string, { counts, count, sum }: Histogram): readonly string[] {
  let below = 0;
  const buckets = bounds.map((bound, index) => {
    below += counts[index] ?? 0;
    return `${latencyName}_bucket{${labels},le="${Math.round(bound * 1000) / 1000}"} ${below}`;
  });
  return [
    ...buckets,
    `${latencyName}_bucket{${labels},le="+Inf"} ${count}`,
    `${latencyName}_sum{${labels}} ${Math.round(sum)}`,
    `${latencyName}_count{${labels}} ${count}`,
  ];
}

function kindOf(error: unknown): ErrorKind {
  return error instanceof ServingError ? error.kind : 'internal';
}

function escaped(value: string): string {
  return value.replace(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`));
}
