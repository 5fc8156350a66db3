/** Tells how long an answer takes to be written that holds its values one by one. */
import type { Tensor } from '../../domain/tensor.ts';
import type { ClassifiedExamples, RegressedExamples } from './example-results.ts';

/** Units of `weightToList`; writing so many takes about ten milliseconds. */
const mostHere = 20_000;

/** Bytes of a string that take as long as a number. */
const bytesPerNumber = 16;

/** In numbers, each of which takes about half a microsecond. */
export function weightToList(tensors: readonly Tensor[]): number {
  return tensors.reduce((sum, tensor) => sum + weightOf(tensor), 0);
}

function weightOf({ datatype, elements }: Tensor): number {
  if (datatype !== 'string') return elements.length;
  return elements.reduce((sum, { byteLength }) => sum + 1 + byteLength / bytesPerNumber, 0);
}

/** Whether writing so much would hold everybody up in the thread that answers them. */
export const weighsMuch = (weight: number): boolean => weight > mostHere;

/** The outputs that classes or values are made of. */
export function tensorsAbout(results: ClassifiedExamples | RegressedExamples): readonly Tensor[] {
  if ('tensor' in results) return [results.tensor];
  return [results.scores, results.classes, results.names].filter((tensor) => tensor !== undefined);
}
