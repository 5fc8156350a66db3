/** The bytes of a `ModelInferRequest`, read with the numbers of its tensors as typed arrays. */
import { MapEntry } from '../../protobuf/map-entry.ts';
import {
  unpackBooleans,
  unpackDoubles,
  unpackFloats,
  unpackInt32,
  unpackInt64,
  unpackUint32,
  unpackUint64,
} from '../../protobuf/packed-numbers.ts';
import { readProtobuf, type ProtobufField } from '../../protobuf/protobuf-reader.ts';
import { NumberFields, type NumberField } from '../number-fields.ts';
import type {
  InferParameterMessage,
  InferTensorContentsMessage,
  InferTensorMessage,
  ModelInferRequestMessage,
} from './messages.ts';

/** Numbers of the fields in the messages of their names. */
const ModelInferRequest = {
  modelName: 1,
  modelVersion: 2,
  id: 3,
  parameters: 4,
  inputs: 5,
  outputs: 6,
  rawInputContents: 7,
};
const InferInputTensor = { name: 1, datatype: 2, shape: 3, parameters: 4, contents: 5 };
const InferRequestedOutputTensor = { name: 1, parameters: 2 };
const InferParameter = { bool: 1, int64: 2, string: 3, double: 4, uint64: 5 };
const bytesContents = 8;

type Contents = InferTensorContentsMessage;

/** Of `InferTensorContents`. */
const numberFields: ReadonlyMap<number, NumberField<Contents>> = new Map<number, NumberField<Contents>>([
  [1, { single: 'varint', part: (packed) => ({ bool_contents: unpackBooleans(packed) }) }],
  [2, { single: 'varint', part: (packed) => ({ int_contents: unpackInt32(packed) }) }],
  [3, { single: 'varint', part: (packed) => ({ int64_contents: unpackInt64(packed) }) }],
  [4, { single: 'varint', part: (packed) => ({ uint_contents: unpackUint32(packed) }) }],
  [5, { single: 'varint', part: (packed) => ({ uint64_contents: unpackUint64(packed) }) }],
  [6, { single: 'fixed32', part: (packed) => ({ fp32_contents: unpackFloats(packed) }) }],
  [7, { single: 'fixed64', part: (packed) => ({ fp64_contents: unpackDoubles(packed) }) }],
]);

type NamedParameter = readonly [name: string, parameter: InferParameterMessage];

/**
 * What the generated reader makes of it, but for typed arrays and for fields that were not sent, which are absent; strings
 * and raw contents are views.
 *
 * @throws MalformedBytes
 */
export function readInferRequestMessage(bytes: Uint8Array): ModelInferRequestMessage {
  const texts = new Map<number, string>();
  const parameters: NamedParameter[] = [];
  const inputs: InferTensorMessage[] = [];
  const outputs: NonNullable<ModelInferRequestMessage['outputs']>[number][] = [];
  const raw: Uint8Array[] = [];
  for (const field of readProtobuf(bytes)) {
    if (field.number === ModelInferRequest.rawInputContents) raw.push(field.bytes());
    else if (field.number === ModelInferRequest.inputs) inputs.push(readInput(field));
    else if (field.number === ModelInferRequest.outputs) outputs.push(readOutput(field));
    else if (field.number === ModelInferRequest.parameters) parameters.push(readParameter(field));
    else if (field.number <= ModelInferRequest.id) texts.set(field.number, field.text());
  }
  return {
    model_name: texts.get(ModelInferRequest.modelName) ?? '',
    model_version: texts.get(ModelInferRequest.modelVersion) ?? '',
    id: texts.get(ModelInferRequest.id) ?? '',
    parameters: Object.fromEntries(parameters),
    inputs,
    outputs,
    raw_input_contents: raw,
  };
}

function readInput(input: ProtobufField): InferTensorMessage {
  let [name, datatype] = ['', ''];
  const shape: string[] = [];
  const parameters: NamedParameter[] = [];
  let contents: Contents | undefined;
  for (const field of input.fields()) {
    if (field.number === InferInputTensor.name) name = field.text();
    else if (field.number === InferInputTensor.datatype) datatype = field.text();
    else if (field.number === InferInputTensor.shape) addSizes(field, shape);
    else if (field.number === InferInputTensor.parameters) parameters.push(readParameter(field));
    else if (field.number === InferInputTensor.contents) contents = readContents(field);
  }
  return { name, datatype, shape, parameters: Object.fromEntries(parameters), contents };
}

/** As texts: not every integer of 64 bits is exact as a number. */
function addSizes(field: ProtobufField, shape: string[]): void {
  for (const size of field.varints()) shape.push(size.toString());
}

function readContents(contents: ProtobufField): Contents {
  const strings: Uint8Array[] = [];
  const numbers = new NumberFields(numberFields);
  for (const field of contents.fields()) {
    if (field.number === bytesContents) strings.push(field.bytes());
    else numbers.take(field);
  }
  const read: Contents = { bytes_contents: strings };
  for (const part of numbers.parts()) Object.assign(read, part);
  return read;
}

function readOutput(output: ProtobufField): {
  readonly name: string;
  readonly parameters: Readonly<Record<string, InferParameterMessage>>;
} {
  let name = '';
  const parameters: NamedParameter[] = [];
  for (const field of output.fields()) {
    if (field.number === InferRequestedOutputTensor.name) name = field.text();
    else if (field.number === InferRequestedOutputTensor.parameters) parameters.push(readParameter(field));
  }
  return { name, parameters: Object.fromEntries(parameters) };
}

function readParameter(entry: ProtobufField): NamedParameter {
  let name = '';
  let parameter: InferParameterMessage = {};
  for (const field of entry.fields()) {
    if (field.number === MapEntry.key) name = field.text();
    else if (field.number === MapEntry.value) parameter = lastOf(field);
  }
  return [name, parameter];
}

/** Of several choices the last one counts. */
function lastOf(parameter: ProtobufField): InferParameterMessage {
  let chosen: InferParameterMessage = {};
  for (const field of parameter.fields()) chosen = choiceOf(field) ?? chosen;
  return chosen;
}

function choiceOf(field: ProtobufField): InferParameterMessage | undefined {
  switch (field.number) {
    case InferParameter.bool:
      return { parameter_choice: 'bool_param', bool_param: field.boolean() };
    case InferParameter.int64:
      return { parameter_choice: 'int64_param', int64_param: field.varint().toString() };
    case InferParameter.string:
      return { parameter_choice: 'string_param', string_param: field.text() };
    case InferParameter.double:
      return { parameter_choice: 'double_param', double_param: field.double() };
    case InferParameter.uint64: {
      const value = BigInt.asUintN(64, BigInt(field.varint()));
      return { parameter_choice: 'uint64_param', uint64_param: value.toString() };
    }
    default:
      return undefined;
  }
}
