/** Compares the labels of a model with the classes that it really gives. */
import type { LoadedModel } from '../domain/engine.ts';
import type { ModelFacts } from '../domain/model.ts';
import { describeOutputs } from './picture-signature.ts';

/** One sentence when the labels are too few or too many; `undefined` when they fit, or nothing says how many classes there are. */
export function labelsFault({ labels, signature }: ModelFacts, model: LoadedModel): string | undefined {
  const classCount = describeOutputs(model, signature)?.classCount;
  if (labels === undefined || classCount === undefined || labels.length === classCount) return undefined;
  return (
    `It gives ${classCount} classes but has ${labels.length} labels, so answers have numbers only; ` +
    'give one label for each class.'
  );
}

/** Without labels that do not fit: a name beside the wrong class is worse than none. */
export function fittingFacts(facts: ModelFacts, model: LoadedModel): ModelFacts {
  return labelsFault(facts, model) === undefined ? facts : { ...facts, labels: undefined };
}
