/** From one row of a classifier's scores to ranked predictions. */
import { ServingError } from './errors.ts';
import { labelOf, type Labels } from './labels.ts';

export interface Prediction {
  readonly class: number;
  readonly label: string | null;
  /** Between 0 and 1. */
  readonly probability: number;
}

/** What a row of scores may be: `probabilities` are given as they are, `logits` go through softmax. */
export const scoreKinds = ['probabilities', 'logits'] as const;

export type ScoreKind = (typeof scoreKinds)[number];

/** How far the sum of a row may be from 1 for the row to count as probabilities already. */
const SUM_TOLERANCE = 1e-3;

/**
 * The `count` likeliest classes, likeliest first; of equal ones the lower index comes first, as TensorFlow's ArgMax has it.
 *
 * @param scores probabilities or logits, one per class
 * @throws ServingError `model-failed` when a score is not a finite number
 */
export function rankPredictions(
  scores: ArrayLike<number>,
  count: number,
  labels: Labels | undefined,
  kind?: ScoreKind,
): readonly Prediction[] {
  const probabilities = toProbabilities(scores, kind);
  return Array.from(probabilities.keys())
    .sort((left, right) => (probabilities[right] ?? 0) - (probabilities[left] ?? 0) || left - right)
    .slice(0, count)
    .map((index) => ({
      class: index,
      label: labelOf(labels, index),
      probability: probabilities[index] ?? 0,
    }));
}

/**
 * The index of the highest score; the lowest such index when several are equal.
 *
 * @throws ServingError `model-failed` when a score is not a finite number
 */
export function likeliestClass(scores: ArrayLike<number>): number {
  requireFiniteScores(scores);
  let best = 0;
  for (let index = 1; index < scores.length; index += 1) {
    if ((scores[index] ?? -Infinity) > (scores[best] ?? -Infinity)) best = index;
  }
  return best;
}

/**
 * Unless the kind says which they are, a row that already is a distribution stays as it is; anything else is taken for
 * logits and goes through softmax.
 *
 * @throws ServingError `model-failed` when a score is not a finite number
 */
export function toProbabilities(scores: ArrayLike<number>, kind?: ScoreKind): readonly number[] {
  requireFiniteScores(scores);
  const row = Array.from(scores);
  if ((kind ?? kindOf(row)) === 'probabilities') return row;
  const highest = row.reduce((left, right) => Math.max(left, right), -Infinity);
  const powers = row.map((score) => Math.exp(score - highest));
  const total = powers.reduce((left, right) => left + right, 0);
  return powers.map((power) => power / total);
}

function kindOf(row: readonly number[]): ScoreKind {
  const sum = row.reduce((total, score) => total + score, 0);
  const isDistribution = Math.abs(sum - 1) <= SUM_TOLERANCE && row.every((score) => score >= 0);
  return isDistribution ? 'probabilities' : 'logits';
}

/** @throws ServingError `model-failed` when a score is not a finite number, or when there is none */
export function requireFiniteScores(scores: ArrayLike<number>): void {
  let index = 0;
  while (index < scores.length && Number.isFinite(scores[index])) index += 1;
  if (scores.length === 0 || index < scores.length) {
    throw new ServingError(
      'model-failed',
      'The model gave scores that are not numbers, so there is no class to report.',
    );
  }
}
