/** A request to predict on its way from the thread that has read it. */
import { memoryOf, packTensors, unpackTensors, type TensorParcel } from '../../threads/tensor-parcel.ts';
import type { TensorProtoMessage } from '../../wire/tensorflow-serving/messages.ts';
import type { ReceivedPredictRequest } from '../../wire/tensorflow-serving/predict-request-message.ts';

export interface PredictRequestParcel extends ReceivedPredictRequest {
  /** Without its strings. */
  readonly inputs: ReadonlyMap<string, TensorProtoMessage>;
  /** Of the inputs by their names. */
  readonly strings: TensorParcel;
}

export function packRequest(request: ReceivedPredictRequest): PredictRequestParcel {
  const strings = Array.from(request.inputs, ([name, { string_val: elements = [] }]) => {
    return [name, { datatype: 'string', shape: [elements.length], elements }] as const;
  });
  const inputs = Array.from(request.inputs, ([name, message]) => {
    const { tensor_content: content } = message;
    // A view would take the whole request along.
    const own = content === undefined ? {} : { tensor_content: new Uint8Array(content) };
    return [name, { ...message, ...own, string_val: [] }] as const;
  });
  return { ...request, inputs: new Map(inputs), strings: packTensors(new Map(strings)) };
}

export function unpackRequest({ strings, ...request }: PredictRequestParcel): ReceivedPredictRequest {
  const lists = unpackTensors(strings);
  const inputs = Array.from(request.inputs, ([name, message]) => {
    const tensor = lists.get(name);
    return [name, { ...message, string_val: tensor?.datatype === 'string' ? tensor.elements : [] }] as const;
  });
  return { ...request, inputs: new Map(inputs) };
}

/** The memory that it lies in, each piece once. */
export function memoryOfRequest({ inputs, strings }: PredictRequestParcel): readonly ArrayBufferLike[] {
  const views = Array.from(inputs.values(), (message) => Object.values(message).filter(isView)).flat();
  return [...new Set([...views.map(({ buffer }) => buffer), ...memoryOf(strings)])];
}

const isView = (value: unknown): value is ArrayBufferView => ArrayBuffer.isView(value);
