/** The body of `:classify` and `:regress`: examples, and a context that belongs to each of them. */
import { ServingError } from '../../domain/errors.ts';
import { type Example, type Feature, withContext } from './example.ts';
import { isJsonObject } from '../json/json-object.ts';
import { parseJsonWithIntegers, writeFloat32 } from '../json/json-text.ts';
import { readSignatureName, requestBody } from './predict-request-json.ts';
import { readBytes } from './read-json-tensor.ts';
import { writeBytes } from './write-json-tensor.ts';

export interface ExamplesCall {
  readonly signatureName: string | undefined;
  /** Each with the features of the context merged in; its own win. */
  readonly examples: readonly Example[];
}

/**
 * Takes the text and not the parsed value: `1` is an integer here and `1.0` a float.
 *
 * @throws ServingError `invalid-input`
 */
export function readExamplesRequest(text: string | Buffer): ExamplesCall {
  const body = requestBody(parseJsonWithIntegers(text));
  const signatureName = readSignatureName(body);
  const given = Object.hasOwn(body, 'examples') ? body['examples'] : undefined;
  if (!Array.isArray(given) || given.length === 0) {
    throw invalid("The value of 'examples' must be a list of at least one example.");
  }
  const context = Object.hasOwn(body, 'context')
    ? readExample(body['context'], 'context')
    : new Map<string, Feature>();
  const examples = given.map((example: unknown) => readExample(example, 'examples'));
  return { signatureName, examples: withContext(examples, context) };
}

function readExample(value: unknown, key: string): Example {
  if (isJsonObject(value)) {
    return new Map(Object.entries(value).map(([name, feature]) => [name, readFeature(feature, name)]));
  }
  throw invalid(`An example in '${key}' must be an object of features by name.`);
}

function readFeature(value: unknown, name: string): Feature {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (values.every((item) => typeof item === 'bigint')) {
    if (values.length === 0) return { kind: 'float', values: [] };
    if (values.every((item) => BigInt.asIntN(64, item) === item)) return { kind: 'int64', values };
    throw invalid(`The feature "${name}" has an integer of more than 64 bits.`);
  }
  if (values.every((item) => typeof item === 'number' || typeof item === 'bigint')) {
    return { kind: 'float', values: values.map(Number) };
  }
  if (values.some((item) => typeof item !== 'string' && !isJsonObject(item))) {
    throw invalid(
      `The feature "${name}" must hold numbers only, or texts only, or bytes as {"b64": "<base64>"}.`,
    );
  }
  return { kind: 'bytes', values: values.map((item) => readBytes(item, name)) };
}

export function writeExamplesRequest({ signatureName, examples }: ExamplesCall): string {
  const head = signatureName === undefined ? '' : `"signature_name":${JSON.stringify(signatureName)},`;
  return `{${head}"examples":[${examples.map(writeExample).join(',')}]}`;
}

function writeExample(example: Example): string {
  const features = Array.from(
    example,
    ([name, feature]) => `${JSON.stringify(name)}:[${textsOf(feature).join(',')}]`,
  );
  return `{${features.join(',')}}`;
}

function textsOf(feature: Feature): readonly string[] {
  if (feature.kind === 'bytes') return feature.values.map(writeBytes);
  return feature.kind === 'int64'
    ? feature.values.map(String)
    : feature.values.map(Math.fround).map(writeFloat32);
}

const invalid = (sentence: string): ServingError => new ServingError('invalid-input', sentence);
