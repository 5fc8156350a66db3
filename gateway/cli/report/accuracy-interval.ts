/** How far a measured share may be from the true one: the score interval of Wilson (1927). */

/** Two-sided 95 % of the normal distribution. */
const deviations = 1.959964;

/** The interval that covers the true share in 95 of 100 experiments; undefined when nothing was counted. */
export function accuracyInterval(
  right: number,
  pictures: number,
): { readonly from: number; readonly to: number } | undefined {
  if (pictures === 0) return undefined;
  const share = right / pictures;
  const square = deviations ** 2;
  const centre = (share + square / (2 * pictures)) / (1 + square / pictures);
  const spread = Math.sqrt((share * (1 - share)) / pictures + square / (4 * pictures ** 2));
  const half = (deviations * spread) / (1 + square / pictures);
  return { from: Math.max(0, centre - half), to: Math.min(1, centre + half) };
}
