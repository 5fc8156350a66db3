/** Makes the tensors that a signature takes of the features of examples. */
import type { Signature, TensorSpecification } from '../../domain/engine.ts';
import { ServingError } from '../../domain/errors.ts';
import { pictureInput } from '../../domain/picture-input.ts';
import type { NumericDatatype, NumericElements, Tensor } from '../../domain/tensor.ts';
import type { Example, Feature } from '../../wire/tensorflow-serving/example.ts';
import { serializeExample } from '../../wire/tensorflow-serving/example-proto.ts';

/** What TensorFlow's own tools call the encoded picture in an example. */
const usualPictureFeature = 'image/encoded';

export interface ExampleInputs {
  readonly inputs: ReadonlyMap<string, Tensor>;
  /** How many examples they were made of. */
  readonly count: number;
}

/** @throws ServingError `invalid-input` when there are no examples, or when they do not suit the signature */
export function exampleInputs(signature: Signature, examples: readonly Example[]): ExampleInputs {
  if (examples.length === 0) throw invalid('Input is empty');
  const picture = pictureInput(signature);
  const inputs = signature.inputs.map((input): readonly [string, Tensor] => {
    if (input.content === 'examples') return [input.name, serializedExamples(examples)];
    return [
      input.name,
      input === picture ? examplePictures(input, examples) : exampleTensor(input, examples),
    ];
  });
  return { inputs: new Map(inputs), count: examples.length };
}

/**
 * A picture from each example: the feature that is called as the input, else `image/encoded`, else its only one of bytes.
 *
 * @throws ServingError `invalid-input`
 */
function examplePictures({ name, shape }: TensorSpecification, examples: readonly Example[]): Tensor {
  const elements = examples.map((example) => {
    const ofBytes = [...example.values()].filter(({ kind }) => kind === 'bytes');
    const feature =
      example.get(name) ??
      example.get(usualPictureFeature) ??
      (ofBytes.length === 1 ? ofBytes[0] : undefined);
    const [picture, ...others] = feature?.kind === 'bytes' ? feature.values : [];
    if (picture !== undefined && others.length === 0) return picture;
    throw invalid(`Each example needs one picture, as one value of bytes in a feature called "${name}".`);
  });
  return { datatype: 'string', shape: shape.length === 0 ? [] : [elements.length], elements };
}

/** The examples as they are, for a model that takes them apart itself. */
function serializedExamples(examples: readonly Example[]): Tensor {
  return { datatype: 'string', shape: [examples.length], elements: examples.map(serializeExample) };
}

/**
 * One row from each example: the numbers of the feature that is called as the input, in the shape that it has.
 *
 * @throws ServingError `invalid-input`
 */
function exampleTensor(input: TensorSpecification, examples: readonly Example[]): Tensor {
  const { name, datatype, shape } = input;
  const [, ...rowShape] = shape;
  if (datatype === 'string' || shape.length === 0 || rowShape.includes(null)) {
    throw invalid(`The input "${name}" cannot be made of examples, one row each; use Predict.`);
  }
  const width = rowShape.reduce<number>((product, size) => product * (size ?? 0), 1);
  const rows = examples.map((example) => numbersOf(example.get(name)));
  if (rows.some((row) => row.length !== width)) {
    throw invalid(`Each example needs a feature called "${name}" that holds ${width} numbers.`);
  }
  const rowSizes = rowShape.map((size) => size ?? 0);
  return { datatype, shape: [rows.length, ...rowSizes], elements: elementsOf(datatype, rows.flat()) };
}

function numbersOf(feature: Feature | undefined): readonly (number | bigint)[] {
  return feature === undefined || feature.kind === 'bytes' ? [] : feature.values;
}

/** @throws ServingError `invalid-input` for datatypes that examples have no numbers for */
function elementsOf(datatype: NumericDatatype, values: readonly (number | bigint)[]): NumericElements {
  const numbers = (): number[] => values.map(Number);
  switch (datatype) {
    case 'float32':
      return Float32Array.from(numbers());
    case 'float64':
      return Float64Array.from(numbers());
    case 'int64':
      return BigInt64Array.from(values, toBigInt);
    case 'uint64':
      return BigUint64Array.from(values, toBigInt);
    case 'uint32':
      return Uint32Array.from(numbers());
    case 'int32':
      return Int32Array.from(numbers());
    case 'int16':
      return Int16Array.from(numbers());
    case 'int8':
      return Int8Array.from(numbers());
    case 'uint16':
      return Uint16Array.from(numbers());
    case 'uint8':
    case 'bool':
      return Uint8Array.from(numbers());
    case 'float16':
    case 'bfloat16':
      throw invalid('Examples hold no numbers of 16 bits; use Predict.');
  }
}

function toBigInt(value: number | bigint): bigint {
  if (typeof value === 'bigint') return value;
  if (Number.isFinite(value)) return BigInt(Math.trunc(value));
  throw invalid('An example holds a number that is no whole one.');
}

function invalid(sentence: string): ServingError {
  return new ServingError('invalid-input', sentence);
}
