/** Answers one unary call: its signal, its place in memory, its status, its line in the log. */
import { Metadata, status as codes, type ServerUnaryCall, type sendUnaryData } from '@grpc/grpc-js';
import { ServingError } from '../../domain/errors.ts';
import {
  millisecondsSince,
  requestIdHeader,
  requestIdOf,
  sendable,
  tell,
  toServingError,
  type MemoryBudget,
} from './call-outcome.ts';
import { Departure } from './departure.ts';
import type { GrpcLog } from './grpc-log.ts';
import type { GrpcMethod } from './grpc-method.ts';
import { statusTable } from './status-table.ts';

export interface UnaryCallOptions {
  readonly log: GrpcLog;
  readonly budget?: MemoryBudget | undefined;
  /** Largest request message. */
  readonly maxMessageBytes: number;
}

/** The handler of one method, over the bytes of its messages. */
export function unaryCall(
  { path, answer }: GrpcMethod,
  { log, budget, maxMessageBytes }: UnaryCallOptions,
): (call: ServerUnaryCall<Buffer, Buffer>, send: sendUnaryData<Buffer>) => void {
  return (call, send) => {
    const began = performance.now();
    const requestId = requestIdOf(call.metadata);
    const trailers = new Metadata();
    trailers.set(requestIdHeader, requestId);
    let model: string | undefined;
    const noteModel = (name: string): void => {
      model = name;
      trailers.set('x-model', encodeURI(name));
    };
    const share = budget?.open();
    let size = 0;
    const hold = (bytes: number): void => {
      size += bytes;
      const refusal = size > maxMessageBytes ? tooLong(maxMessageBytes) : share?.take(bytes);
      if (refusal !== undefined) throw refusal;
    };
    const departure = new Departure();
    const finish = (code: codes): void => {
      // An answered call counts as cancelled too.
      call.off('cancelled', departure.leave);
      share?.release();
      const name = codes[code];
      log.info(
        { requestId, path, status: name, model, milliseconds: millisecondsSince(began) },
        `gRPC ${path} ${name}`,
      );
    };
    const respond = async (): Promise<void> => {
      // The deadline needs no clock here: when it passes, gRPC answers by itself and counts the call as cancelled.
      if (call.cancelled) departure.leave();
      else call.once('cancelled', departure.leave);
      hold(call.request.byteLength);
      const response = await answer(call.request, { signal: departure, noteModel, hold });
      finish(call.cancelled ? codes.CANCELLED : codes.OK);
      send(null, response, trailers);
    };
    respond().catch((thrown: unknown) => {
      const error = toServingError(thrown, requestId);
      const code = statusTable[error.kind];
      tell(log, error, requestId);
      finish(code);
      if (error.retryAfterSeconds !== undefined) trailers.set('retry-after', String(error.retryAfterSeconds));
      send({ code, details: sendable(error.message), metadata: trailers });
    });
  };
}

function tooLong(maxMessageBytes: number): ServingError {
  const sentence = `What the message stands for is larger than the limit of ${maxMessageBytes} bytes; send fewer rows.`;
  return new ServingError('too-large', sentence);
}
