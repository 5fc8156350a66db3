/** Parameters of requests, inputs and outputs, out of JSON and out of messages. */
import { isJsonObject } from '../json/json-object.ts';
import { invalid, type InferParameters, type ParameterValue } from './infer-request.ts';
import type { InferParameterMessage, ParameterMap } from './messages.ts';

/**
 * Values that are neither texts nor numbers nor booleans are left out: clients attach headers and the like.
 *
 * @throws ServingError `invalid-input` unless it is an object, null or nothing
 */
export function readJsonParameters(value: unknown, place: string): InferParameters {
  if (value === undefined || value === null) return new Map();
  if (!isJsonObject(value)) throw invalid(`The "parameters" of ${place} must be an object.`);
  return new Map(
    Object.entries(value).filter((entry): entry is [string, ParameterValue] => isValue(entry[1])),
  );
}

const isValue = (value: unknown): value is ParameterValue =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

export function fromParameterMessages(messages: ParameterMap = {}): InferParameters {
  return new Map(
    Object.entries(messages).flatMap(([name, message]) => {
      const value = valueOf(message);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

function valueOf(message: InferParameterMessage): ParameterValue | undefined {
  switch (message.parameter_choice) {
    case 'bool_param':
      return message.bool_param;
    case 'string_param':
      return message.string_param;
    case 'double_param':
      return message.double_param;
    case 'int64_param':
      return Number(message.int64_param);
    case 'uint64_param':
      return Number(message.uint64_param);
    case undefined:
      return undefined;
  }
}

export function toParameterMessages(parameters: InferParameters): ParameterMap {
  return Object.fromEntries(Array.from(parameters, ([name, value]) => [name, toMessage(value)]));
}

function toMessage(value: ParameterValue): InferParameterMessage {
  if (typeof value === 'string') return { string_param: value };
  if (typeof value === 'boolean') return { bool_param: value };
  return Number.isSafeInteger(value) ? { int64_param: String(value) } : { double_param: value };
}
