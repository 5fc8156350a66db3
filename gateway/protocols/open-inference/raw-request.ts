/** A request whose whole body is the one input of a model, without any JSON. */
import type { TensorSpecification } from '../../domain/engine.ts';
import { ServingError } from '../../domain/errors.ts';
import type { NumericTensor, Tensor } from '../../domain/tensor.ts';
import type { ServedModel } from '../../inference/model-registry.ts';
import { findPictureSignature } from '../../inference/picture-signature.ts';
import type { TensorInference } from '../../inference/tensor-inference.ts';
import { bytesPerElement } from '../../wire/numeric-elements.ts';
import type { InferRequest } from '../../wire/open-inference/infer-request.ts';
import { readRawNumbers } from '../../wire/open-inference/raw-elements.ts';

/**
 * The bytes of one picture, or of the rows of an array. Outputs are asked for as bytes too.
 *
 * @param isPicture whether the body says to be a picture; else the usual signature takes it
 * @throws ServingError `invalid-input` when the model takes several inputs, or one that the bytes do not fill
 */
export function rawRequest(
  inference: TensorInference,
  model: ServedModel,
  { body, isPicture }: { readonly body: Buffer; readonly isPicture: boolean },
): InferRequest {
  const picture = isPicture ? findPictureSignature(model.loaded, model.facts.signature) : undefined;
  const { signature } = inference.target(model, picture?.signatureName);
  const [input, ...others] = signature.inputs;
  if (input === undefined || others.length > 0) {
    throw new ServingError(
      'invalid-input',
      `Model ${model.name} takes ${signature.inputs.length} inputs, so a body of bytes alone does not say which is which; send JSON before them.`,
    );
  }
  const tensor = wholeTensor(input, body);
  return {
    id: '',
    parameters: new Map<string, string | boolean>([
      ['binary_data_output', true],
      ['signature_name', signature.name],
    ]),
    inputs: [{ name: input.name, parameters: new Map(), tensor }],
    outputs: [],
  };
}

function wholeTensor({ name, datatype, shape }: TensorSpecification, body: Buffer): Tensor {
  if (datatype === 'string') return { datatype, shape: [1], elements: [body] };
  return wholeArray({ name, datatype, shape }, body);
}

/** One size that is known only at run time follows from the number of bytes. */
function wholeArray(
  { name, datatype, shape }: TensorSpecification & { readonly datatype: NumericTensor['datatype'] },
  body: Buffer,
): Tensor {
  const elements = body.byteLength / bytesPerElement(datatype);
  const known = shape.reduce<number>((product, size) => product * (size ?? 1), 1);
  const rest = elements / known;
  if (shape.filter((size) => size === null).length > 1 || !Number.isInteger(rest)) {
    throw new ServingError(
      'invalid-input',
      `The shape of the input ${JSON.stringify(name)} does not follow from ${body.byteLength} bytes; send JSON with it before them.`,
    );
  }
  const sizes = shape.map((size) => size ?? rest);
  return { datatype, shape: sizes, elements: readRawNumbers(body, { datatype, count: elements, name }) };
}
