/** A request for an inference as both transports read it, before anybody knows which model's signature it meets. */
import { ServingError } from '../../domain/errors.ts';
import type { NumericTensor, Shape, StringTensor } from '../../domain/tensor.ts';
import type { EncodedText } from '../json/encoded-text.ts';

export type ParameterValue = string | number | boolean;
export type InferParameters = ReadonlyMap<string, ParameterValue>;

/** Strings of a JSON body: whether they are texts or the base64 of pictures, the model's signature says. */
export interface TextTensor {
  readonly datatype: 'string';
  /** As it was sent: not compared with the number of texts yet. */
  readonly shape: Shape;
  /** A long one that is nothing but base64 comes decoded. */
  readonly texts: readonly (string | EncodedText)[];
  /** Whether a single text stood there without a list around it. */
  readonly isBare: boolean;
}

export interface InferInput {
  readonly name: string;
  readonly parameters: InferParameters;
  /** A string tensor's shape is as it was sent: not compared with its elements yet. */
  readonly tensor: NumericTensor | StringTensor | TextTensor;
}

export interface RequestedOutput {
  readonly name: string;
  readonly parameters: InferParameters;
}

export interface InferRequest {
  /** Empty when there is none. */
  readonly id: string;
  readonly parameters: InferParameters;
  readonly inputs: readonly InferInput[];
  /** All of the model's when empty. */
  readonly outputs: readonly RequestedOutput[];
}

/** As many axes as TensorFlow allows. */
const mostAxes = 254;
const mostTensors = 1000;

/**
 * The number of elements of a shape that came from outside.
 *
 * @throws ServingError `invalid-input` unless all sizes are whole numbers from 0 on whose product a computer can count
 */
export function countElements(sizes: readonly unknown[], name: string): number {
  if (sizes.length > mostAxes) throw invalid(`${titleOf(name)} has more than ${mostAxes} axes.`);
  let count = 1;
  for (const size of sizes) {
    if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
      const said = typeof size === 'number' ? String(size) : 'no number';
      throw invalid(
        `${titleOf(name)} has a size in its shape that is ${said}; sizes are whole numbers from 0 on.`,
      );
    }
    count *= size;
  }
  // A product of floats that is not exact is far too large, and with a zero in it, it is zero or NaN.
  if (Number.isSafeInteger(count)) return count;
  throw invalid(`The sizes of ${titleOf(name)} multiply to more elements than anything can hold.`);
}

/** @throws ServingError `invalid-input` when two bear one name, or when there are too many to look through */
export function requireOwnNames(
  tensors: readonly { readonly name: string }[],
  kind: 'input' | 'output',
): void {
  if (tensors.length > mostTensors) throw invalid(`The request names more than ${mostTensors} ${kind}s.`);
  const names = new Set<string>();
  for (const { name } of tensors) {
    if (names.has(name)) throw invalid(`The request has two ${kind}s called ${JSON.stringify(name)}.`);
    names.add(name);
  }
}

/**
 * A tensor of which only the place in memory comes, or is asked for, could be answered wrongly without anybody seeing it.
 *
 * @throws ServingError `invalid-input`
 */
export function refuseSharedMemory(parameters: InferParameters, title: string): void {
  if (!parameters.has('shared_memory_region')) return;
  throw invalid(`${title} lies in shared memory, which is not offered here; send and ask for its elements.`);
}

export const titleOf = (name: string): string => `the input ${JSON.stringify(name.slice(0, 200))}`;

export const invalid = (sentence: string): ServingError =>
  new ServingError('invalid-input', sentence.charAt(0).toUpperCase() + sentence.slice(1));
