/** Asks an engine's model about one picture and keeps a refusal as an answer. */
import type { LoadedModel } from '../../gateway/domain/engine.ts';
import { ServingError, type ErrorKind } from '../../gateway/domain/errors.ts';
import type { ScoreKind } from '../../gateway/domain/prediction.ts';
import { likeliestClass, toProbabilities } from '../../gateway/domain/prediction.ts';
import type { Tensor } from '../../gateway/domain/tensor.ts';
import type { PictureSignature } from '../../gateway/inference/picture-signature.ts';
import type { PictureAnswer } from './comparison.ts';

export interface AskedSignature extends PictureSignature {
  /** What the scores are, where the manifest says it. */
  readonly scoreKind: ScoreKind | undefined;
}

/** What an engine says of a picture it cannot or will not decode; anything else ends the comparison. */
const refusals: ReadonlySet<ErrorKind> = new Set(['unsupported-image', 'too-large']);

/** The same signature of both engines' models is asked, so that what differs is the engine. */
export async function askAboutPicture(
  model: LoadedModel,
  signature: AskedSignature,
  picture: Uint8Array,
): Promise<PictureAnswer> {
  const { signatureName, inputName, rank, outputs } = signature;
  const input: Tensor = { datatype: 'string', shape: rank === 0 ? [] : [1], elements: [picture] };
  try {
    const answer = await model.infer(
      {
        signature: signatureName,
        inputs: new Map([[inputName, input]]),
        outputs: [outputs.classes, outputs.scores].filter((name) => name !== undefined),
      },
      { signal: new AbortController().signal },
    );
    const scores = numbersOf(answer.get(outputs.scores ?? ''));
    const [stated] = numbersOf(answer.get(outputs.classes ?? ''));
    return {
      class: stated ?? likeliestClass(scores),
      probabilities: scores.length === 0 ? [] : toProbabilities(scores, signature.scoreKind),
    };
  } catch (error) {
    if (error instanceof ServingError && refusals.has(error.kind)) return { refusal: error.kind };
    throw error;
  }
}

function numbersOf(tensor: Tensor | undefined): readonly number[] {
  if (tensor === undefined || tensor.datatype === 'string') return [];
  return Array.from<number | bigint, number>(tensor.elements, Number);
}
