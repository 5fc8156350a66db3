/** Keeps a fixed number of items in flight until all are done, and times each. */
import { median, percentile } from '../measurement/statistics.ts';

export interface ClosedLoop {
  readonly concurrency: number;
  readonly count: number;
  /** Does one item; `slot` is below the concurrency and never used twice at a time. */
  readonly act: (item: number, slot: number) => Promise<void>;
}

/** Rejects with the first failure. `cpuSeconds` are those of this process. */
export async function closedLoop({ concurrency, count, act }: ClosedLoop) {
  const milliseconds: number[] = [];
  let next = 0;
  const cpu = process.cpuUsage();
  const began = performance.now();
  const work = async (slot: number): Promise<void> => {
    for (let item = next++; item < count; item = next++) {
      const itemBegan = performance.now();
      await act(item, slot);
      milliseconds.push(performance.now() - itemBegan);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, (_, slot) => work(slot)));
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return {
    seconds,
    medianMilliseconds: median(milliseconds),
    p99Milliseconds: percentile(milliseconds, 0.99),
    cpuSeconds: (user + system) / 1e6,
  };
}
