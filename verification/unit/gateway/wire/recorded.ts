/** What record-tensor-protos.py recorded of TensorFlow's own code. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

export interface RecordedTensor {
  readonly datatype: string;
  readonly shape: readonly number[];
  /** The memory of the elements; like all bytes here in hexadecimal. */
  readonly raw: string;
  /** TensorProto with `tensor_content`. */
  readonly content: string;
  /** TensorProto with the typed field. */
  readonly values: string;
  /** TensorProto of shape [4] with the first value alone. */
  readonly repeated: string;
}

export interface RecordedMessages {
  readonly tensors: readonly RecordedTensor[];
  readonly strings: { readonly values: string; readonly content: string };
  readonly messages: Readonly<Record<string, string>>;
  readonly configuration: { readonly text: string; readonly written: string; readonly request: string };
  readonly numbers: {
    /** Bits, and the shortest text by NumPy. */
    readonly float32: readonly (readonly [number, string])[];
    /** Text of a 64-bit float, and the bits of the half that NumPy makes of it. */
    readonly float16: readonly (readonly [string, number])[];
    /** Text of a 32-bit float, and its bits as a bfloat16. */
    readonly bfloat16: readonly (readonly [string, number])[];
  };
}

export type RecordedField = readonly [
  number: number,
  name: string,
  label: string,
  type: string,
  typeName: string,
];

export interface RecordedSchema {
  /** Imports by file. */
  readonly files: Readonly<Record<string, readonly string[]>>;
  readonly messages: Readonly<Record<string, readonly RecordedField[]>>;
  readonly enums: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly services: Readonly<Record<string, Readonly<Record<string, readonly [string, string]>>>>;
}

const read = (name: string): unknown =>
  JSON.parse(readFileSync(path.resolve('verification/unit/gateway/wire', name), 'utf8'));

export const recordedMessages = read('recorded-messages.json') as RecordedMessages;
export const recordedSchema = read('recorded-schema.json') as RecordedSchema;

export function recordedMessage(name: string): Buffer {
  const hexadecimal = recordedMessages.messages[name];
  if (hexadecimal === undefined) throw new Error(`There is no recorded message ${name}.`);
  return Buffer.from(hexadecimal, 'hex');
}
