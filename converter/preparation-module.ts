/** Makes the ONNX module that prepares a decoded picture as a recipe says, for a network that takes tensors. */
import type { Signature } from '../gateway/domain/engine.ts';
import type { PreprocessingRecipe } from '../gateway/domain/preprocessing.ts';
import { picturesForTensors } from './pictures-for-tensors.ts';
import type { DecoderRequest } from './program.ts';
import { UnsupportedModel } from './unsupported-model.ts';
import { SharedModules } from './writers/shared-modules.ts';

export interface PreparationModule {
  /** An ONNX file: `pixels` uint8 [H,W,channels] → `prepared`, as the network takes it, with one row. */
  readonly bytes: Uint8Array;
  readonly decoder: DecoderRequest;
}

/**
 * The steps are those of a SavedModel with the same recipe.
 *
 * @throws UnsupportedModel when no picture can be made to fit the network's input.
 */
export function preparationModule(
  ends: Pick<Signature, 'inputs' | 'outputs'>,
  recipe: PreprocessingRecipe,
): PreparationModule {
  const modules = new SharedModules();
  const network = { kind: 'tensor', signature: { name: 'network', ...ends }, network: '' } as const;
  const program = picturesForTensors([network], recipe, modules);
  const bytes = modules.byName.get(program?.prepare ?? '');
  if (program === undefined || bytes === undefined) {
    throw new UnsupportedModel('The compiler made no module of the preprocessing.');
  }
  return { bytes, decoder: program.decoder };
}
