/** Inferences as gRPC messages: requests read, answers written. */
import type { Shape } from '../../domain/tensor.ts';
import { readInteger64 } from '../integer64.ts';
import { datatypeName, readDatatype } from './datatypes.ts';
import {
  countElements,
  invalid,
  refuseSharedMemory,
  requireOwnNames,
  titleOf,
  type InferInput,
  type InferRequest,
} from './infer-request.ts';
import { readRawTensor } from './infer-request-json.ts';
import type { InferResponse } from './infer-response.ts';
import type { InferTensorMessage, ModelInferRequestMessage, ModelInferResponseMessage } from './messages.ts';
import { fromParameterMessages, toParameterMessages } from './parameters.ts';
import { writeRawElements } from './raw-elements.ts';
import { readTypedNumbers } from './typed-contents.ts';

/**
 * Strings are views into the message.
 *
 * @throws ServingError `invalid-input`
 */
export function fromInferRequest(message: ModelInferRequestMessage): InferRequest {
  const { id = '', inputs: given = [], outputs: wanted = [], raw_input_contents: raw = [] } = message;
  if (given.length === 0) throw invalid('The request has no inputs; send at least one.');
  if (raw.length > 0 && raw.length !== given.length) {
    throw invalid(
      `There are ${given.length} inputs and ${raw.length} raw_input_contents; send one for each input, or none.`,
    );
  }
  const inputs = given.map((input, index) => fromInput(input, raw[index]));
  const outputs = wanted.map(({ name = '', parameters: messages }) => {
    const parameters = fromParameterMessages(messages);
    refuseSharedMemory(parameters, `the output ${JSON.stringify(name)}`);
    return { name, parameters };
  });
  requireOwnNames(inputs, 'input');
  requireOwnNames(outputs, 'output');
  return { id, parameters: fromParameterMessages(message.parameters), inputs, outputs };
}

function fromInput(message: InferTensorMessage, raw: Uint8Array | undefined): InferInput {
  const { name = '', contents } = message;
  const datatype = readDatatype(message.datatype, name);
  const shape = readShape(message, name);
  const parameters = fromParameterMessages(message.parameters);
  refuseSharedMemory(parameters, titleOf(name));
  if (raw !== undefined) {
    if (contents && Object.values(contents).some((list: ArrayLike<unknown>) => list.length > 0)) {
      throw invalid(`${titleOf(name)} has contents besides raw_input_contents; send one of them.`);
    }
    return { name, parameters, tensor: readRawTensor(raw, { name, datatype, shape }) };
  }
  const count = countElements(shape, name);
  if (datatype === 'string') {
    return { name, parameters, tensor: { datatype, shape, elements: contents?.bytes_contents ?? [] } };
  }
  const elements = readTypedNumbers(contents ?? {}, { datatype, count, name });
  return { name, parameters, tensor: { datatype, shape, elements } };
}

function readShape({ shape = [] }: InferTensorMessage, name: string): Shape {
  return shape.map((size) => {
    const number = readInteger64(size);
    if (number !== undefined) return number;
    throw invalid(`${titleOf(name)} has a size in its shape that nothing can hold.`);
  });
}

/** Everything goes as raw bytes, which every client reads; some read nothing else. */
export function toInferResponse({
  modelName,
  modelVersion,
  id,
  outputs,
}: InferResponse): ModelInferResponseMessage {
  return {
    model_name: modelName,
    model_version: modelVersion,
    id,
    outputs: outputs.map(({ name, tensor, parameters }) => ({
      name,
      datatype: datatypeName(tensor.datatype),
      shape: tensor.shape.map(String),
      parameters: toParameterMessages(parameters),
    })),
    raw_output_contents: outputs.map(({ tensor }) => writeRawElements(tensor)),
  };
}
