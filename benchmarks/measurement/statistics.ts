/** Order statistics of measured values. */

/** The middle value; the mean of the two middle ones when their number is even. NaN when there is none. */
export function median(values: readonly number[]): number {
  const sorted = ascending(values);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/**
 * The smallest value that at least `share` of all values do not exceed (nearest rank); NaN when there is none.
 *
 * @param share above 0, at most 1
 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = ascending(values);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

/** The median of what each round says, so that a disturbance during one round counts once, whatever its size. */
export function medianRatio(numerators: readonly number[], denominators: readonly number[]): number {
  if (numerators.length !== denominators.length) throw new Error('the two sides have different rounds');
  return median(numerators.map((numerator, round) => numerator / (denominators[round] ?? NaN)));
}

function ascending(values: readonly number[]): number[] {
  return [...values].sort((left, right) => left - right);
}
