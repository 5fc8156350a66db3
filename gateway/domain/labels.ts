/** Class names by class index. */

export type Labels = readonly string[];

/** The label of a class, or `null` when the list does not reach that far or there is none. */
export function labelOf(labels: Labels | undefined, classIndex: number): string | null {
  return labels?.[classIndex] ?? null;
}
