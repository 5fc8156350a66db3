/** Answers to gRPC predictions by our own reader and writer: scores are one piece of memory and not a list of numbers. */
import type { Tensor } from '../../domain/tensor.ts';
import { readProtobuf } from '../../protobuf/protobuf-reader.ts';
import { ProtobufWriter } from '../../protobuf/protobuf-writer.ts';
import { writeModelSpec, type ExactModelSpec } from './model-spec-message.ts';
import { namedTensorIn, writeNamedTensor } from './named-tensor.ts';
import { readPlainTensor } from './plain-tensor-message.ts';
import { readTensorMessage, TensorMessage } from './tensor-message.ts';
import { fromTensorProto } from './tensor-proto.ts';

/** Numbers of the fields in the message of this name. */
const PredictResponse = { outputs: 1, modelSpec: 2 };

/**
 * Nothing of what it returns lies in the memory of the bytes, which may be overwritten.
 *
 * @param wanted names of outputs; what nobody asked for is not read, whatever it claims to be
 * @returns those of them that are in the answer
 * @throws Error when the bytes are not this message, or a tensor is none
 */
export function readPredictAnswer(bytes: Uint8Array, wanted: readonly string[]): ReadonlyMap<string, Tensor> {
  const outputs = new Map<string, Tensor>();
  for (const field of readProtobuf(bytes)) {
    if (field.number !== PredictResponse.outputs) continue;
    const [name, tensor] = namedTensorIn(field);
    if (wanted.includes(name)) outputs.set(name, readTensor(tensor));
  }
  return outputs;
}

/** A copy of whatever is not read at once, since strings and contents are views. */
const readTensor = (bytes: Uint8Array): Tensor =>
  readPlainTensor(bytes) ?? fromTensorProto(readTensorMessage(Buffer.from(bytes)));

export interface PredictAnswerParts extends ExactModelSpec {
  readonly outputs: ReadonlyMap<string, Tensor>;
  /** Of the tensors: raw bytes, or numbers in the typed fields. */
  readonly form: 'content' | 'values';
}

/** What the generated writer makes of the same answer, in memory of its own. */
export function writePredictAnswer({ outputs, form, ...spec }: PredictAnswerParts): Buffer {
  const answer = new ProtobufWriter();
  for (const [name, tensor] of outputs) {
    writeNamedTensor(answer, PredictResponse.outputs, name, new TensorMessage(tensor, form));
  }
  writeModelSpec(answer, PredictResponse.modelSpec, spec);
  return Buffer.concat(answer.pieces());
}
