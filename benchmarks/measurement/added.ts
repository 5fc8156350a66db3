/** What a station on the way adds to a latency, compared with what another station adds. */
import { median } from './statistics.ts';

/** One value a round of each, in the same rounds; all in the same unit. */
export interface Ways {
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
  /** Without a station. */
  readonly direct: readonly number[];
}

export interface Added {
  readonly ours: number;
  readonly theirs: number;
  /** NaN when the other station added nothing, which a quiet machine never says. */
  readonly ratio: number;
}

/**
 * Medians over the rounds first and their ratio last: what little a bare station adds may be nothing at all in a single
 * round.
 */
export function addedBy({ ours, theirs, direct }: Ways): Added {
  const medianAbove = (values: readonly number[]): number =>
    median(values.map((value, round) => value - (direct[round] ?? NaN)));
  const added = { ours: medianAbove(ours), theirs: medianAbove(theirs) };
  return { ...added, ratio: added.theirs > 0 ? added.ours / added.theirs : NaN };
}
