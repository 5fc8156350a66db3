/** The body of an inference over REST: JSON alone, or JSON with binary tensors behind it. */
import type { Shape, Tensor } from '../../domain/tensor.ts';
import { isJsonObject, type JsonObject } from '../json/json-object.ts';
import { TailReader } from './binary-tensor-extension.ts';
import { readDatatype } from './datatypes.ts';
import {
  countElements,
  invalid,
  refuseSharedMemory,
  requireOwnNames,
  titleOf,
  type InferInput,
  type InferRequest,
  type RequestedOutput,
} from './infer-request.ts';
import { readJsonNumbers, readJsonTexts } from './json-tensor.ts';
import { readJsonParameters } from './parameters.ts';
import { readRawNumbers, readRawStrings } from './raw-elements.ts';

const nothing = Buffer.alloc(0);

/**
 * Optional fields may be null.
 *
 * @param value the parsed JSON
 * @param tail the bytes behind it; strings are views into them
 * @throws ServingError `invalid-input`
 */
export function readInferRequest(value: unknown, tail: Buffer = nothing): InferRequest {
  if (!isJsonObject(value)) throw invalid('The body of the request must be a JSON object with "inputs".');
  const given = own(value, 'inputs');
  if (!Array.isArray(given) || given.length === 0) {
    throw invalid('"inputs" must be a list of at least one input.');
  }
  const reader = new TailReader(tail);
  const isLone = given.length === 1;
  const inputs = given.map((input: unknown) => readInput(input, reader, isLone));
  reader.requireEnd();
  const outputs = readOutputs(own(value, 'outputs'));
  requireOwnNames(inputs, 'input');
  requireOwnNames(outputs, 'output');
  return {
    id: readId(own(value, 'id')),
    parameters: readJsonParameters(own(value, 'parameters'), 'the request'),
    inputs,
    outputs,
  };
}

function own(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function readId(id: unknown): string {
  if (id === undefined || id === null) return '';
  if (typeof id === 'string') return id;
  throw invalid('"id" must be a text.');
}

function readOutputs(value: unknown): readonly RequestedOutput[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalid('"outputs" must be a list of the wanted outputs.');
  return value.map((output: unknown) => {
    if (!isJsonObject(output)) throw invalid('An output must be an object with its "name".');
    const name = readName(own(output, 'name'), 'output');
    const title = `the output ${JSON.stringify(name)}`;
    const parameters = readJsonParameters(own(output, 'parameters'), title);
    refuseSharedMemory(parameters, title);
    return { name, parameters };
  });
}

function readName(name: unknown, kind: string): string {
  if (typeof name === 'string') return name;
  throw invalid(`Each ${kind} must have a "name" that is a text.`);
}

function readInput(value: unknown, reader: TailReader, isLone: boolean): InferInput {
  if (!isJsonObject(value))
    throw invalid('An input must be an object with "name", "shape", "datatype" and "data".');
  const name = readName(own(value, 'name'), 'input');
  const datatype = readDatatype(own(value, 'datatype'), name);
  const shape = readShape(own(value, 'shape'), name);
  const parameters = readJsonParameters(own(value, 'parameters'), titleOf(name));
  refuseSharedMemory(parameters, titleOf(name));
  const data = own(value, 'data');
  const hasData = data !== undefined && data !== null;
  // A lone input may leave its size out, since everything behind the JSON is its own.
  const size =
    parameters.get('binary_data_size') ?? (isLone && !reader.isEmpty ? reader.bytesLeft : undefined);
  if (size !== undefined) {
    if (hasData) throw invalid(`${titleOf(name)} has both "data" and binary data; give one of them.`);
    return {
      name,
      parameters,
      tensor: readRawTensor(reader.take(size, titleOf(name)), { name, datatype, shape }),
    };
  }
  if (!hasData) throw invalid(`${titleOf(name)} has neither "data" nor "binary_data_size".`);
  const place = { name, shape };
  const tensor =
    datatype === 'string' ? readJsonTexts(data, place) : readJsonNumbers(data, { ...place, datatype });
  return { name, parameters, tensor };
}

/**
 * A tensor out of its raw bytes. The shape of strings is not compared with their number.
 *
 * @throws ServingError `invalid-input`
 */
export function readRawTensor(
  bytes: Uint8Array,
  {
    name,
    datatype,
    shape,
  }: { readonly name: string; readonly datatype: Tensor['datatype']; readonly shape: Shape },
): Tensor {
  const count = countElements(shape, name);
  if (datatype === 'string') return { datatype, shape, elements: readRawStrings(bytes, name) };
  return { datatype, shape, elements: readRawNumbers(bytes, { datatype, count, name }) };
}

function readShape(value: unknown, name: string): Shape {
  if (!Array.isArray(value)) throw invalid(`The "shape" of ${titleOf(name)} must be a list of sizes.`);
  const sizes: readonly unknown[] = value;
  countElements(sizes, name);
  return sizes.map(Number);
}
