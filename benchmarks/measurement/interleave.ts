/** Measures several sides in turns, A B B A A B …, so that a drift of the machine meets all of them alike. */
import { median } from './statistics.ts';

/** What one side did in one round. */
export interface RunResult {
  readonly seconds: number;
  /** Of a single item, from its start to its end. */
  readonly medianMilliseconds: number;
  /** Further measurements of the side, by name. */
  readonly extra: Readonly<Record<string, number>>;
}

export interface Side {
  readonly name: string;
  /** Does the first `count` items of the side's list, which begins anew when it ends. */
  run(count: number): Promise<RunResult>;
}

export interface InterleaveOptions {
  readonly rounds: number;
  /** How long one round of the first side shall take. */
  readonly secondsPerRound: number;
  /** Items in flight at a time: a round has several times as many, so that its ends do not count. */
  readonly concurrency: number;
  /** Items of the first run, which does not count; a few for each that is in flight when absent. */
  readonly warmUpItems?: number | undefined;
  readonly onRound: (round: number) => void;
  /** Wraps every round, all sides of it together; may repeat it. */
  readonly around: <Result>(measure: () => Promise<Result>) => Promise<Result>;
}

export interface SideRounds {
  readonly name: string;
  /** Items a second, one value a round. */
  readonly rates: readonly number[];
  readonly medianMilliseconds: readonly number[];
  readonly runs: readonly RunResult[];
}

const leastItemsPerSlot = 4;

/** Every side does the same items in every round; a first run of each side warms it up and does not count. */
export async function interleave(
  sides: readonly Side[],
  { rounds, secondsPerRound, concurrency, warmUpItems, onRound, around }: InterleaveOptions,
): Promise<readonly SideRounds[]> {
  const least = concurrency * leastItemsPerSlot;
  const first = warmUpItems ?? least;
  onRound(0);
  const pace: number[] = [];
  for (const side of sides) pace.push((await side.run(first)).seconds / first);
  const count = Math.max(least, Math.round(secondsPerRound / (pace[0] ?? secondsPerRound)));
  const runs = sides.map((): RunResult[] => []);
  for (let round = 1; round <= rounds; round += 1) {
    onRound(round);
    const order = round % 2 === 0 ? [...sides.keys()].reverse() : [...sides.keys()];
    const results = await around(() => runInOrder(sides, order, count));
    for (const [index, result] of results) runs[index]?.push(result);
  }
  return sides.map(({ name }, index) => {
    const own = runs[index] ?? [];
    return {
      name,
      rates: own.map(({ seconds }) => count / seconds),
      medianMilliseconds: own.map((run) => run.medianMilliseconds),
      runs: own,
    };
  });
}

async function runInOrder(
  sides: readonly Side[],
  order: readonly number[],
  count: number,
): Promise<ReadonlyMap<number, RunResult>> {
  const results = new Map<number, RunResult>();
  for (const index of order) {
    const side = sides[index];
    if (side !== undefined) results.set(index, await side.run(count));
  }
  return results;
}

/** The side with the highest median rate. */
export function fastest(sides: readonly SideRounds[]): SideRounds {
  const [best] = [...sides].sort((left, right) => median(right.rates) - median(left.rates));
  if (best === undefined) throw new Error('there is no side');
  return best;
}

/** The median over the rounds of an extra measurement. */
export function medianExtra({ runs }: SideRounds, name: string): number {
  return median(runs.map(({ extra }) => extra[name] ?? NaN));
}

/** The median over the rounds of how many processors a load generator took: they are the same ones that the server has. */
export function loadProcessors({ runs }: SideRounds): number {
  return median(runs.map(({ extra, seconds }) => (extra['cpuSeconds'] ?? NaN) / seconds));
}
