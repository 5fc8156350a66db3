/** The port for a way in for pictures before a model of tensors that somebody else runs. */
import type { InferenceOptions, Signature } from './engine.ts';
import type { StatedPreprocessing } from './preprocessing.ts';
import type { Tensor } from './tensor.ts';

export interface PicturePreparation {
  /**
   * Gets ready to make a signature's only input of pictures.
   *
   * @param stated what a manifest says of the recipe; the signature and the usual way say the rest
   * @returns `undefined` when no picture can be made to fit the signature
   */
  open(
    signature: Signature,
    stated: StatedPreprocessing | undefined,
    options: InferenceOptions,
  ): Promise<PreparedInput | undefined>;
}

export interface PreparedInput {
  /**
   * Decodes and prepares encoded pictures: one row of the signature's input for each.
   *
   * @throws ServingError `unsupported-image` or `too-large`, with `row`; `cancelled`; `overloaded`
   */
  prepare(pictures: readonly Uint8Array[], options: InferenceOptions): Promise<Tensor>;
  close(): Promise<void>;
}
