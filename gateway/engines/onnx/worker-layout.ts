/** How many workers a model gets, and how many threads each of them computes with. */

export interface WorkerLayout {
  /** Threads of each narrow worker; the length of the list is their number. */
  readonly narrow: readonly number[];
  /** Threads of the one worker that serves a lone client; absent when the narrow ones already use every CPU. */
  readonly wide?: number;
}

export interface LayoutWishes {
  readonly cpus: number;
  readonly workers?: number | undefined;
  readonly threadsPerWorker?: number | undefined;
}

// More workers than this bring no throughput that threads would not bring too, and each costs a session's memory.
const mostNarrowWorkers = 8;

/**
 *   nothing else running ─▶ wide: every CPU works on one request        → lowest latency for a lone client
 *   otherwise ───────────▶ narrow: one request per worker, side by side → best throughput under load
 *
 * Whoever sets workers or threads gets exactly those, and no wide worker.
 */
export function workerLayout({ cpus, workers, threadsPerWorker }: LayoutWishes): WorkerLayout {
  const count =
    workers ?? Math.min(Math.max(1, Math.floor(cpus / (threadsPerWorker ?? 1))), mostNarrowWorkers);
  const threads = threadsPerWorker ?? Math.max(1, Math.floor(cpus / count));
  const narrow = Array.from({ length: count }, () => threads);
  const asWished = workers !== undefined || threadsPerWorker !== undefined;
  return asWished || cpus < 2 ? { narrow } : { narrow, wide: cpus };
}
