/** The one way from pictures to classes, whatever protocol asks: resolve, check, infer, rank. */
import { ServingError } from '../domain/errors.ts';
import type { EncodedPicture } from '../domain/image.ts';
import {
  likeliestClass,
  rankPredictions,
  requireFiniteScores,
  type Prediction,
} from '../domain/prediction.ts';
import { type InspectImage, type PictureLimits, checkPictures, naming } from './picture-checks.ts';
import { inferRows, type AnswerRow } from './infer-rows.ts';
import type { ModelRegistry, ServedModel } from './model-registry.ts';
import { findPictureSignature, pictureSignatureNames, type PictureSignature } from './picture-signature.ts';

export interface ClassificationOptions {
  readonly registry: ModelRegistry;
  readonly inspectImage: InspectImage;
  readonly limits: PictureLimits;
}

/** A model found able to classify pictures, before the pictures have been read. */
export interface ClassificationTarget {
  readonly model: ServedModel;
  readonly signature: PictureSignature;
  /** How many predictions to give a picture; none when undefined. */
  readonly top: number | undefined;
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

  constructor({ registry, inspectImage, limits }: ClassificationOptions) {
    this.#registry = registry;
    this.#inspectImage = inspectImage;
    this.#limits = limits;
  }

  /**
   * Finds the model before its pictures are read, so that a hopeless request costs no upload.
   *
   * @throws ServingError `model-not-found`, `model-not-ready`, or `invalid-input` when the model takes no pictures or
   * `top` is outside 1…number of classes
   */
  target(request: {
    readonly model: string;
    readonly version?: number;
    readonly top?: number;
  }): ClassificationTarget {
    const model = this.#registry.resolve(request.model, request.version);
    const signature = findPictureSignature(model.loaded, model.facts.signature);
    if (signature === undefined) throw new ServingError('invalid-input', unclearSignature(model));
    if (signature.outputs.classes === undefined && signature.outputs.scores === undefined) {
      throw new ServingError('invalid-input', `Model ${model.name} gives neither classes nor scores.`);
    }
    const target: ClassificationTarget = { model, signature, top: request.top };
    requireTop(target, signature.outputs.classCount);
    return target;
  }

  /** @throws ServingError of the kinds of `checkPictures` and `LoadedModel.infer` */
  async classify(
    target: ClassificationTarget,
    pictures: readonly EncodedPicture[],
    signal: AbortSignal,
  ): Promise<ClassificationAnswer> {
    checkPictures(pictures, this.#limits, this.#inspectImage);
    try {
      const rows = await inferRows(target, pictures, signal);
      const classes = rows.map(classOf);
      const { top, model } = target;
      if (top === undefined) return { classes };
      const predictions = rows.map(({ scores = [] }) => {
        requireTop(target, scores.length);
        const { labels, scores: kind } = model.facts;
        return rankPredictions(scores, top, labels, kind);
      });
      return { classes, predictions };
    } catch (error) {
      throw error instanceof ServingError ? naming(error, pictures) : error;
    }
  }
}

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

function requireTop({ model, signature, top }: ClassificationTarget, classCount: number | undefined): void {
  if (top === undefined) return;
  if (signature.outputs.scores === undefined) {
    throw new ServingError(
      'invalid-input',
      `Model ${model.name} gives classes without probabilities; leave "top" out.`,
    );
  }
  if (!Number.isInteger(top) || top < 1 || top > (classCount ?? Infinity)) {
    const most = classCount === undefined ? 'the number of classes' : String(classCount);
    throw new ServingError('invalid-input', `"top" must be a whole number from 1 to ${most}.`);
  }
}
