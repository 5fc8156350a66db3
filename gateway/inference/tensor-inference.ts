/** The one way from named tensors to named tensors, whatever protocol asks: resolve, choose the signature, check, infer. */
import type { CallerSignal } from '../domain/caller-signal.ts';
import type { InferenceRequest, Signature } from '../domain/engine.ts';
import { ServingError } from '../domain/errors.ts';
import { pictureInput } from '../domain/picture-input.ts';
import { signatureNamed } from '../domain/signature-named.ts';
import { elementCount, type Tensor, type TensorHead } from '../domain/tensor.ts';
import { validateHead, validateRequest } from '../domain/validate-request.ts';
import type { InferenceCounter } from './inference-counts.ts';
import type { ModelRegistry, ServedModel } from './model-registry.ts';
import {
  checkPictureCount,
  checkPictures,
  naming,
  type InspectImage,
  type PictureLimits,
} from './picture-checks.ts';

export interface TensorInferenceOptions {
  readonly registry: Pick<ModelRegistry, 'resolve'>;
  readonly inspectImage: InspectImage;
  readonly limits: PictureLimits;
  /** Counts what becomes of every call; nobody does if absent. */
  readonly counter?: InferenceCounter | undefined;
}

/** A model and the signature of it that is asked, known before the tensors have been read. */
export interface TensorTarget {
  readonly model: ServedModel;
  readonly signature: Signature;
}

export interface TensorRequest {
  /** The caller needs their memory no longer: an engine may keep it. */
  readonly inputs: ReadonlyMap<string, Tensor>;
  /** Names of the wanted outputs; all of them when absent or empty. */
  readonly outputs?: readonly string[];
}

export class TensorInference {
  readonly #registry: Pick<ModelRegistry, 'resolve'>;
  readonly #inspectImage: InspectImage;
  readonly #limits: PictureLimits;
  readonly #counter: InferenceCounter | undefined;

  constructor({ registry, inspectImage, limits, counter }: TensorInferenceOptions) {
    this.#registry = registry;
    this.#inspectImage = inspectImage;
    this.#limits = limits;
    this.#counter = counter;
  }

  /** @throws ServingError `model-not-found` or `model-not-ready` */
  resolve(name: string, version?: number): ServedModel {
    return this.#registry.resolve(name, version);
  }

  /**
   * Without a name: `serving_default`, else the signature that the manifest names, else the first.
   *
   * @throws ServingError `invalid-input` that lists the known names
   */
  target(model: ServedModel, signatureName?: string): TensorTarget {
    const signature = signatureNamed(model.loaded.signatures, signatureName, model.facts.signature);
    return { model, signature };
  }

  /**
   * What `infer` would refuse of an input whatever its elements are: a few bytes may claim to stand for millions.
   *
   * @throws ServingError `invalid-input`
   */
  checkHead({ signature }: TensorTarget, name: string, head: TensorHead): void {
    const specification = signature.inputs.find((input) => input.name === name);
    if (specification === undefined) return;
    validateHead(specification, head);
    if (specification === pictureInput(signature)) checkPictureCount(elementCount(head.shape), this.#limits);
  }

  /**
   * The strings of a picture signature must be pictures within the limits; then the model is run.
   *
   * @throws ServingError `invalid-input`, and those of `checkPictures` and `LoadedModel.infer`
   */
  async infer(
    target: TensorTarget,
    request: TensorRequest,
    signal: CallerSignal,
  ): Promise<ReadonlyMap<string, Tensor>> {
    const { model } = target;
    const began = performance.now();
    try {
      const outputs = await this.#answer(target, request, signal);
      this.#counter?.noteAnswer(model, rowsIn(request), began);
      return outputs;
    } catch (error) {
      this.#counter?.noteFailure(model, began);
      throw error;
    }
  }

  async #answer(
    { model, signature }: TensorTarget,
    { inputs, outputs = [] }: TensorRequest,
    signal: CallerSignal,
  ): Promise<ReadonlyMap<string, Tensor>> {
    const { name } = signature;
    const request: InferenceRequest =
      outputs.length === 0
        ? { signature: name, inputs, areInputsDisposable: true }
        : { signature: name, inputs, outputs, areInputsDisposable: true };
    validateRequest(signature, request);
    const pictures = picturesIn(signature, inputs);
    if (pictures.length > 0) checkPictures(pictures, this.#limits, this.#inspectImage);
    try {
      return await model.loaded.infer(request, { signal });
    } catch (error) {
      throw error instanceof ServingError ? naming(error, pictures) : error;
    }
  }
}

function rowsIn({ inputs }: TensorRequest): number {
  for (const { shape } of inputs.values()) return shape[0] ?? 1;
  return 1;
}

function picturesIn(
  signature: Signature,
  inputs: ReadonlyMap<string, Tensor>,
): readonly { readonly bytes: Uint8Array }[] {
  const tensor = inputs.get(pictureInput(signature)?.name ?? '');
  return tensor?.datatype === 'string' ? tensor.elements.map((bytes) => ({ bytes })) : [];
}
