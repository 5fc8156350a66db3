/** Reads serialised tf.Example messages into the tensors that a model's parser would make of them. */
import type { DenseFeature } from '../../../converter/program.ts';
import { ServingError } from '../../domain/errors.ts';
import { elementCount, type NumericTensor } from '../../domain/tensor.ts';
import { MalformedBytes } from '../../protobuf/malformed-bytes.ts';
import { MapEntry } from '../../protobuf/map-entry.ts';
import { readProtobuf, type ProtobufField } from '../../protobuf/protobuf-reader.ts';

/** A few bytes can ask for many examples, and a default for many numbers in each of them. */
const mostExamples = 100_000;
const mostElements = 2 ** 24;

/** Numbers of the fields in the messages of their names. */
const Example = { features: 1 };
const Features = { feature: 1 };
const ListValue = 1;
const listKinds: ReadonlyMap<number, DenseFeature['datatype']> = new Map([
  [1, 'string'],
  [2, 'float32'],
  [3, 'int64'],
]);

interface FeatureValues {
  readonly datatype: DenseFeature['datatype'];
  readonly count: number;
  /** Of the numbers; nobody takes the strings. */
  readonly values: readonly (number | bigint)[];
}

type ExampleValues = ReadonlyMap<string, FeatureValues>;

/**
 * Each feature that an input takes, as [N,…]; all of them are checked, as TensorFlow does.
 *
 * @throws ServingError `invalid-input`: the sentence names the example, counted from 0, and the feature
 */
export function readExamples(
  examples: readonly Uint8Array[],
  features: readonly DenseFeature[],
): Map<string, NumericTensor> {
  const elements = features.reduce((sum, { shape }) => sum + elementCount(shape), 0) * examples.length;
  if (examples.length > mostExamples || elements > mostElements) {
    throw invalid(`${examples.length} examples are too many at once; send fewer.`);
  }
  const rows = examples.map((bytes, row) => readExample(bytes, row));
  const tensors = new Map<string, NumericTensor>();
  for (const feature of features) {
    const values = rows.map((example, row) => valuesOf(feature, example, row));
    if (feature.input !== undefined) tensors.set(feature.input, stacked(feature, values));
  }
  return tensors;
}

function stacked(
  { datatype, shape }: DenseFeature,
  rows: readonly (readonly (number | bigint)[])[],
): NumericTensor {
  const sizes = [rows.length, ...shape];
  const values = rows.flat();
  return datatype === 'int64'
    ? { datatype, shape: sizes, elements: BigInt64Array.from(values, BigInt) }
    : { datatype: 'float32', shape: sizes, elements: Float32Array.from(values, Number) };
}

function valuesOf(
  { name, datatype, shape, absent }: DenseFeature,
  example: ExampleValues,
  row: number,
): readonly (number | bigint)[] {
  const found = example.get(name);
  if (found === undefined) {
    if (absent === undefined)
      throw invalid(`Example ${row} lacks the feature "${name}", which must be there.`);
    return absent.map((text) => (datatype === 'int64' ? BigInt(text) : Number(text)));
  }
  if (found.datatype !== datatype) {
    const advice = datatype === 'float32' && found.datatype === 'int64' ? '; in JSON write 1.0 for 1' : '';
    throw invalid(
      `The feature "${name}" of example ${row} must hold ${datatype}, not ${found.datatype}${advice}.`,
    );
  }
  const count = elementCount(shape);
  if (found.count === count) return found.values;
  throw invalid(`The feature "${name}" of example ${row} must hold ${count} values, not ${found.count}.`);
}

function readExample(bytes: Uint8Array, row: number): ExampleValues {
  const values = new Map<string, FeatureValues>();
  try {
    for (const features of parts(readProtobuf(bytes), Example.features)) {
      for (const entry of parts(features.fields(), Features.feature)) readEntry(entry, values);
    }
  } catch (cause) {
    if (!(cause instanceof MalformedBytes)) throw cause;
    throw invalid(`Example ${row} is no serialised tf.Example.`, cause);
  }
  return values;
}

/** Of a name that comes twice the last one counts; a feature without a list is none. */
function readEntry(entry: ProtobufField, values: Map<string, FeatureValues>): void {
  let name = '';
  let value: FeatureValues | undefined;
  for (const part of entry.fields()) {
    if (part.number === MapEntry.key) name = part.string();
    else if (part.number === MapEntry.value) value = readFeature(part);
  }
  if (value === undefined) values.delete(name);
  else values.set(name, value);
}

function readFeature(feature: ProtobufField): FeatureValues | undefined {
  let found: FeatureValues | undefined;
  for (const list of feature.fields()) {
    const datatype = listKinds.get(list.number);
    if (datatype !== undefined) found = readList(list, datatype);
  }
  return found;
}

function readList(list: ProtobufField, datatype: FeatureValues['datatype']): FeatureValues {
  const items = [...parts(list.fields(), ListValue)];
  if (datatype === 'string') return { datatype, count: items.length, values: [] };
  const values = items.flatMap((item): readonly (number | bigint)[] =>
    datatype === 'float32' ? item.floats() : item.varints(),
  );
  return { datatype, count: values.length, values };
}

function* parts(fields: Iterable<ProtobufField>, number: number): Generator<ProtobufField> {
  for (const field of fields) if (field.number === number) yield field;
}

function invalid(sentence: string, cause?: unknown): ServingError {
  return new ServingError('invalid-input', sentence, { cause });
}
