/** Shares as the report writes them. */

/** `91.3 %` for 0.913, never broken at the end of a line; a dash where there is nothing to divide by. */
export function percent(share: number | undefined): string {
  return share === undefined ? '–' : `${(share * 100).toFixed(1)}\u00a0%`;
}

/** The share, or undefined when the whole is nothing. */
export function shareOf(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole;
}
