/** Whether class 0 of a model means "none of the others". */
import type { ModelFacts } from '../domain/model.ts';

/** ImageNet's thousand classes and one before them: what nobody counts otherwise, and many exports do not say. */
const imagenetWithBackground = 1001;

/** How many classes stand before the first that a picture can show: 1, or 0 for a model without a background class. */
export function backgroundClasses({ hasBackgroundClass }: ModelFacts, classCount: number): 0 | 1 {
  return (hasBackgroundClass ?? classCount === imagenetWithBackground) ? 1 : 0;
}
