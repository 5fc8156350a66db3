/** Finds the signature that a request means: the protocol names none, so its inputs tell. */
import type { Signature } from '../../domain/engine.ts';
import { pictureInput } from '../../domain/picture-input.ts';
import type { ServedModel } from '../../inference/model-registry.ts';
import { findPictureSignature } from '../../inference/picture-signature.ts';
import type { TensorInference, TensorTarget } from '../../inference/tensor-inference.ts';
import type { InferInput, InferRequest } from '../../wire/open-inference/infer-request.ts';

/**
 * One whose inputs have the request's names and datatypes; else, for a lone picture under any name, the one that takes
 * pictures, and for a lone array of MLServer's clients one with an array of that datatype; else the usual one, so that
 * its refusal says what is wrong.
 *
 * @throws ServingError `invalid-input` for a parameter `signature_name` that names none
 */
export function matchSignature(
  inference: TensorInference,
  model: ServedModel,
  { inputs, parameters }: InferRequest,
): TensorTarget {
  const named = parameters.get('signature_name');
  if (typeof named === 'string' && named !== '') return inference.target(model, named);
  const usual = inference.target(model);
  if (hasInputs(usual.signature, inputs)) return usual;
  const candidates = candidatesOf(usual);
  const [lone, ...others] = inputs;
  const found =
    candidates.find((signature) => hasInputs(signature, inputs)) ??
    (lone !== undefined && others.length === 0
      ? candidates.find((signature) => takesLone(signature, lone))
      : undefined);
  return { model, signature: found ?? usual.signature };
}

/** The usual one, then the one for pictures, then all others. */
function candidatesOf({ model, signature }: TensorTarget): readonly Signature[] {
  const { signatures } = model.loaded;
  const picture = findPictureSignature(model.loaded, model.facts.signature);
  const forPictures = picture && signatures.get(picture.signatureName);
  return [signature, ...(forPictures === undefined ? [] : [forPictures]), ...signatures.values()];
}

function hasInputs(signature: Signature, inputs: readonly InferInput[]): boolean {
  return (
    signature.inputs.length === inputs.length &&
    signature.inputs.every(({ name, datatype }) =>
      inputs.some((input) => input.name === name && input.tensor.datatype === datatype),
    )
  );
}

function takesLone(signature: Signature, input: InferInput): boolean {
  if (input.tensor.datatype === 'string') return pictureInput(signature) !== undefined;
  const [only, ...others] = signature.inputs;
  return isArrayArgument(input) && others.length === 0 && only?.datatype === input.tensor.datatype;
}

/** How MLServer's clients mark an array that becomes the argument of a function, by whatever name that has. */
export const arrayContentType = 'np';

export const isArrayArgument = ({ parameters }: InferInput): boolean =>
  parameters.get('content_type') === arrayContentType;
