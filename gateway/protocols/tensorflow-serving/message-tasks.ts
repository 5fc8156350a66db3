/** What the thread that reads and writes large messages is sent, and what it sends back. */
import type { TensorParcel } from '../../threads/tensor-parcel.ts';
import type { ExamplesMethod, ExamplesTarget, ExamplesTask } from './examples-request.ts';
import type { PredictRequestParcel } from './predict-request-parcel.ts';
import type { GrpcAnswer } from './write-grpc-answer.ts';

/** The inputs of the request that was opened last are asked for next, or never. */
export type MessageTask =
  | { readonly kind: 'predict'; readonly bytes: Uint8Array }
  | { readonly kind: 'open'; readonly method: ExamplesMethod; readonly bytes: Uint8Array }
  | { readonly kind: 'inputs'; readonly targets: readonly ExamplesTarget[] }
  | { readonly kind: 'write'; readonly answer: GrpcAnswer<TensorParcel> };

export interface ExampleParcel {
  readonly inputs: TensorParcel;
  readonly count: number;
}

export type MessageTaskAnswer =
  | { readonly kind: 'predict'; readonly request: PredictRequestParcel }
  | { readonly kind: 'open'; readonly tasks: readonly ExamplesTask[] }
  | { readonly kind: 'inputs'; readonly parcels: readonly ExampleParcel[] }
  | { readonly kind: 'write'; readonly bytes: Uint8Array };

/** Only our own server sends to this port. */
export function isMessageTask(message: unknown): message is MessageTask {
  return typeof message === 'object' && message !== null && 'kind' in message;
}
