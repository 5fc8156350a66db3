/** The one way from pictures to classes, whatever protocol asks: resolve, check, infer, rank. */
import type { CallerSignal } from '../domain/caller-signal.ts';
import { ServingError } from '../domain/errors.ts';
import type { EncodedPicture } from '../domain/image.ts';
import {
  likeliestClass,
  rankPredictions,
  requireFiniteScores,
  type Prediction,
} from '../domain/prediction.ts';
import { backgroundClasses } from './background-class.ts';
import type { InferenceCounter } from './inference-counts.ts';
import { type InspectImage, type PictureLimits, checkPictures, naming } from './picture-checks.ts';
import { inferRows, type AnswerRow } from './infer-rows.ts';
import type { ModelRegistry, ServedModel } from './model-registry.ts';
import { findPictureSignature, pictureSignatureNames, type PictureSignature } from './picture-signature.ts';

export interface ClassificationOptions {
  readonly registry: ModelRegistry;
  readonly inspectImage: InspectImage;
  readonly limits: PictureLimits;
  /** Counts what becomes of every call; nobody does if absent. */
  readonly counter?: InferenceCounter | undefined;
}

/** A model found able to classify pictures, before the pictures have been read. */
export interface ClassificationTarget {
  readonly model: ServedModel;
  readonly signature: PictureSignature;
  /** How many predictions to give a picture; none when undefined. */
  readonly top: number | undefined;
  /** What the client calls that number. */
  readonly topName: string;
  /** Whether classes are counted from the first that is not "none of the others", which is then never an answer. */
  readonly isWithoutBackground: boolean;
}

export interface TargetRequest {
  readonly model: string;
  readonly version?: number | undefined;
  readonly top?: number | undefined;
  /** Needs scores; false when absent. */
  readonly isWithoutBackground?: boolean;
}

export interface ClassificationAnswer {
  /** One class index a picture, in the order of the pictures. */
  readonly classes: readonly number[];
  /** One ranked list a picture; present only when asked for. */
  readonly predictions?: readonly (readonly Prediction[])[];
}

export class Classification {
  readonly #registry: ModelRegistry;
  readonly #inspectImage: InspectImage;
  readonly #limits: PictureLimits;
  readonly #counter: InferenceCounter | undefined;

  constructor({ registry, inspectImage, limits, counter }: ClassificationOptions) {
    this.#registry = registry;
    this.#inspectImage = inspectImage;
    this.#limits = limits;
    this.#counter = counter;
  }

  /**
   * Finds the model before its pictures are read, so that a hopeless request costs no upload.
   *
   * @throws ServingError `model-not-found`, `model-not-ready`, or `invalid-input` when the model takes no pictures or
   * `top` is outside 1…number of classes
   */
  target({ model: name, version, top, isWithoutBackground = false }: TargetRequest): ClassificationTarget {
    const model = this.#registry.resolve(name, version);
    const signature = findPictureSignature(model.loaded, model.facts.signature);
    if (signature === undefined) throw new ServingError('invalid-input', unclearSignature(model));
    const { classes, scores } = signature.outputs;
    if (classes === undefined && scores === undefined) {
      throw new ServingError('invalid-input', `Model ${model.name} gives neither classes nor scores.`);
    }
    if (isWithoutBackground && scores === undefined) {
      throw new ServingError(
        'invalid-input',
        `Model ${model.name} gives classes without probabilities, which this answer is made of.`,
      );
    }
    const count = top ?? (isWithoutBackground ? 1 : undefined);
    const target = { model, signature, top: count, topName: 'top', isWithoutBackground };
    requireTop(target, signature.outputs.classCount);
    return target;
  }

  /** @throws ServingError of the kinds of `checkPictures` and `LoadedModel.infer` */
  async classify(
    target: ClassificationTarget,
    pictures: readonly EncodedPicture[],
    signal: CallerSignal,
  ): Promise<ClassificationAnswer> {
    const began = performance.now();
    try {
      const answer = await this.#answer(target, pictures, signal);
      this.#counter?.noteAnswer(target.model, pictures.length, began);
      return answer;
    } catch (error) {
      this.#counter?.noteFailure(target.model, began);
      throw error;
    }
  }

  async #answer(
    target: ClassificationTarget,
    pictures: readonly EncodedPicture[],
    signal: CallerSignal,
  ): Promise<ClassificationAnswer> {
    checkPictures(pictures, this.#limits, this.#inspectImage);
    try {
      const rows = await inferRows(target, pictures, signal);
      const predictions = target.top === undefined ? undefined : rows.map((row) => ranked(row, target));
      if (predictions === undefined) return { classes: rows.map(classOf) };
      const classes = target.isWithoutBackground ? predictions.map(likeliest) : rows.map(classOf);
      return { classes, predictions };
    } catch (error) {
      throw error instanceof ServingError ? naming(error, pictures) : error;
    }
  }
}

/**
 * The same target with a number of predictions.
 *
 * @param topName what the client calls that number
 * @throws ServingError `invalid-input` when `top` is outside 1…number of classes
 */
export function withTop(
  target: ClassificationTarget,
  top: number | undefined,
  topName = 'top',
): ClassificationTarget {
  const complete = { ...target, top, topName };
  requireTop(complete, target.signature.outputs.classCount);
  return complete;
}

/** How many classes a picture may be of; `undefined` when the model does not say. */
export function answerableClasses(target: ClassificationTarget): number | undefined {
  return answerableOf(target, target.signature.outputs.classCount);
}

function answerableOf(
  { model, isWithoutBackground }: ClassificationTarget,
  classCount: number | undefined,
): number | undefined {
  if (classCount === undefined) return undefined;
  return classCount - (isWithoutBackground ? backgroundClasses(model.facts, classCount) : 0);
}

function ranked({ scores = [] }: AnswerRow, target: ClassificationTarget): readonly Prediction[] {
  const { model, top = 0, isWithoutBackground } = target;
  requireTop(target, scores.length);
  const { labels, scores: kind } = model.facts;
  const first = isWithoutBackground ? backgroundClasses(model.facts, scores.length) : 0;
  return rankPredictions(scores, top + first, labels, kind)
    .filter((prediction) => prediction.class >= first)
    .slice(0, top)
    .map((prediction) => ({ ...prediction, class: prediction.class - first }));
}

const likeliest = ([first]: readonly Prediction[]): number => first?.class ?? -1;

/** A network gone wrong answers NaN everywhere, whose ArgMax looks like a class: the scores are always looked at. */
function classOf({ classIndex, scores }: AnswerRow): number {
  if (scores !== undefined) requireFiniteScores(scores);
  return classIndex ?? likeliestClass(scores ?? []);
}

function unclearSignature({ name, loaded }: ClassificationTarget['model']): string {
  const names = pictureSignatureNames(loaded);
  return names.length === 0
    ? `Model ${name} takes tensors, not pictures, so it cannot classify an image.`
    : `Model ${name} has several signatures that take pictures (${names.join(', ')}); name one as "signature" in its manifest.`;
}

function requireTop(target: ClassificationTarget, classCount: number | undefined): void {
  const { model, signature, top, topName } = target;
  if (top === undefined) return;
  if (signature.outputs.scores === undefined) {
    throw new ServingError(
      'invalid-input',
      `Model ${model.name} gives classes without probabilities; leave "${topName}" out.`,
    );
  }
  const most = answerableOf(target, classCount);
  if (!Number.isInteger(top) || top < 1 || top > (most ?? Infinity)) {
    throw new ServingError(
      'invalid-input',
      `"${topName}" must be a whole number from 1 to ${most ?? 'the number of classes'}.`,
    );
  }
}
