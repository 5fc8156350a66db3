/** The inputs of a request as the tensors that a signature takes. */
import type { TensorSpecification } from '../../domain/engine.ts';
import { ServingError } from '../../domain/errors.ts';
import { pictureInput } from '../../domain/picture-input.ts';
import { elementCount, type Shape, type Tensor } from '../../domain/tensor.ts';
import type { TensorTarget } from '../../inference/tensor-inference.ts';
import { decodePictureBase64 } from '../../transports/http/picture-base64.ts';
import { decodeBase64Text } from '../../wire/base64.ts';
import type { EncodedText } from '../../wire/json/encoded-text.ts';
import { datatypeName } from '../../wire/open-inference/datatypes.ts';
import { titleOf, type InferInput } from '../../wire/open-inference/infer-request.ts';
import { isArrayArgument } from './signature-match.ts';

const base64ContentTypes: ReadonlySet<unknown> = new Set(['base64', 'pillow_image']);
const base64Start = /^[A-Za-z0-9+/_-]/;

/**
 * A lone picture, or array of MLServer's clients, may bear any name.
 *
 * @throws ServingError `invalid-input`
 */
export function inputTensors(
  { signature }: TensorTarget,
  inputs: readonly InferInput[],
): ReadonlyMap<string, Tensor> {
  const picture = pictureInput(signature);
  const isLone = inputs.length === 1 && signature.inputs.length === 1;
  return new Map(
    inputs.map((input) => {
      const isNameless = isLone && (picture !== undefined || isArrayArgument(input));
      const specification =
        signature.inputs.find(({ name }) => name === input.name) ??
        (isNameless ? signature.inputs[0] : undefined);
      if (specification === undefined) throw unknownInput(input, signature.inputs);
      if (input.tensor.datatype !== specification.datatype) throw otherDatatype(input, specification);
      const tensor = specification === picture ? pictureTensor(input, specification) : plainTensor(input);
      return [specification.name, tensor] as const;
    }),
  );
}

/** Whatever its shape says of axes, it is a list of pictures, or the one that the signature takes. */
function pictureTensor(input: InferInput, specification: TensorSpecification): Tensor {
  const { name, tensor, parameters } = input;
  if (tensor.datatype !== 'string') throw otherDatatype(input, specification);
  const elements =
    'texts' in tensor
      ? tensor.texts.map(decodedText)
      : tensor.elements.map((bytes) => pictureBytes(bytes, parameters.get('content_type')));
  // Clients of MLServer send the shape [0] with one picture.
  if (elementCount(tensor.shape) !== 0) requireCount(elements.length, tensor.shape, name);
  const isScalar = specification.shape.length === 0 && elements.length === 1;
  return { datatype: 'string', shape: isScalar ? [] : [elements.length], elements };
}

/**
 * Clients of MLServer send base64 where bytes could stand as well, with and without saying so. No format of pictures
 * begins as base64 does and goes on as such.
 */
function pictureBytes(bytes: Uint8Array, contentType: unknown): Uint8Array {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const mayBeText = base64ContentTypes.has(contentType) || base64Start.test(view.toString('latin1', 0, 1));
  const isText =
    mayBeText && view.byteLength >= 8 && !view.subarray(0, 64).some((byte) => byte >= 0x80 || byte === 0);
  return (isText ? decodeBase64Text(view.toString('latin1')) : undefined) ?? bytes;
}

function plainTensor({ name, tensor, parameters }: InferInput): Tensor {
  if (tensor.datatype !== 'string') return tensor;
  const isBase64 = base64ContentTypes.has(parameters.get('content_type'));
  const elements =
    'texts' in tensor
      ? tensor.texts.map((text) => (isBase64 ? decodedText(text) : textBytes(text)))
      : tensor.elements;
  requireCount(elements.length, tensor.shape, name);
  return { datatype: 'string', shape: tensor.shape, elements };
}

const decodedText = (text: string | EncodedText): Uint8Array =>
  typeof text === 'string' ? decodePictureBase64(text, 'data') : text.bytes;

const textBytes = (text: string | EncodedText): Uint8Array =>
  typeof text === 'string' ? Buffer.from(text) : text.characters;

function requireCount(given: number, shape: Shape, name: string): void {
  const count = elementCount(shape);
  if (given === count) return;
  throw invalid(
    `${titleOf(name)} has the shape [${shape.join(', ')}], which is ${count} elements; ${given} came`,
  );
}

function unknownInput({ name }: InferInput, specifications: readonly TensorSpecification[]): ServingError {
  const known = specifications.map((one) => `${JSON.stringify(one.name)} (${datatypeName(one.datatype)})`);
  return invalid(`there is no input ${JSON.stringify(name)}; there is ${known.join(', ')}`);
}

function otherDatatype({ name, tensor }: InferInput, { datatype }: TensorSpecification): ServingError {
  return invalid(
    `${titleOf(name)} is ${datatypeName(tensor.datatype)}; this model takes ${datatypeName(datatype)} there`,
  );
}

const invalid = (sentence: string): ServingError =>
  new ServingError('invalid-input', `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`);
