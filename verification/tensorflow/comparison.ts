/** What two engines said about the same pictures, and whether that counts as the same. */

/** A refused picture has the kind of the error instead of a class. */
export type PictureAnswer =
  { readonly class: number; readonly probabilities: readonly number[] } | { readonly refusal: string };

export interface PictureComparison {
  readonly picture: string;
  /** The embedded engine's. */
  readonly here: PictureAnswer;
  /** TensorFlow's. */
  readonly there: PictureAnswer;
  /** Largest difference of a probability; 0 when neither gave one, infinite when one alone did. */
  readonly difference: number;
}

export interface ModelComparison {
  readonly model: string;
  readonly pictures: readonly PictureComparison[];
}

/** Over all pictures of a model. */
export interface ComparisonSummary {
  readonly pictures: number;
  /** Pictures that both gave the same class or both refused. */
  readonly agreeing: number;
  /** Pictures that neither could decode; they are among the agreeing ones. */
  readonly refusedByBoth: number;
  readonly largestDifference: number;
  readonly meanDifference: number;
  /** The picture with the largest difference, one without agreement before any other. */
  readonly worst: PictureComparison | undefined;
  readonly holds: boolean;
}

/** How far a probability of the embedded engine may be from TensorFlow's. */
export const mostDifference = 1e-3;

export function comparePicture(
  picture: string,
  here: PictureAnswer,
  there: PictureAnswer,
): PictureComparison {
  return { picture, here, there, difference: differenceOf(here, there) };
}

export function agrees({ here, there }: PictureComparison): boolean {
  if ('refusal' in here || 'refusal' in there) return 'refusal' in here && 'refusal' in there;
  return here.class === there.class;
}

export function summaryOf({ pictures }: ModelComparison): ComparisonSummary {
  const agreeing = pictures.filter(agrees);
  const differences = pictures.map(({ difference }) => difference);
  const largestDifference = Math.max(0, ...differences);
  const total = differences.reduce((sum, difference) => sum + difference, 0);
  const [worst] = [...pictures].sort(
    (left, right) => Number(agrees(left)) - Number(agrees(right)) || right.difference - left.difference,
  );
  return {
    pictures: pictures.length,
    agreeing: agreeing.length,
    refusedByBoth: agreeing.filter(({ here }) => 'refusal' in here).length,
    largestDifference,
    meanDifference: pictures.length === 0 ? 0 : total / pictures.length,
    worst,
    holds: pictures.length > 0 && agreeing.length === pictures.length && largestDifference <= mostDifference,
  };
}

/** Written so that a NaN, and a row of another length, counts as the largest difference there is. */
function differenceOf(here: PictureAnswer, there: PictureAnswer): number {
  if ('refusal' in here || 'refusal' in there) {
    return 'refusal' in here && 'refusal' in there ? 0 : Infinity;
  }
  if (here.probabilities.length !== there.probabilities.length) return Infinity;
  let largest = 0;
  for (const [index, value] of here.probabilities.entries()) {
    const difference = Math.abs(value - (there.probabilities[index] ?? NaN));
    if (Number.isNaN(difference)) return Infinity;
    largest = Math.max(largest, difference);
  }
  return largest;
}
