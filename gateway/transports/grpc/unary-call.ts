/** Answers one unary call: its signal, its place in memory, its status, its line in the log. */
import { Metadata, status as codes, type ServerUnaryCall, type sendUnaryData } from '@grpc/grpc-js';
import {
  millisecondsSince,
  requestIdHeader,
  requestIdOf,
  sendable,
  tell,
  toServingError,
  type MemoryBudget,
} from './call-outcome.ts';
import type { GrpcLog } from './grpc-log.ts';
import type { GrpcMethod } from './grpc-method.ts';
import { statusTable } from './status-table.ts';

export interface UnaryCallOptions {
  readonly log: GrpcLog;
  readonly budget?: MemoryBudget | undefined;
}

/** The handler of one method, over the bytes of its messages. */
export function unaryCall(
  { path, answer }: GrpcMethod,
  { log, budget }: UnaryCallOptions,
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
    const departure = new AbortController();
    const noticeDeparture = (): void => {
      departure.abort();
    };
    const finish = (code: codes): void => {
      // An answered call counts as cancelled too, and the reason of a signal costs as much as reading a message.
      call.off('cancelled', noticeDeparture);
      share?.release();
      const name = codes[code];
      log.info(
        { requestId, path, status: name, model, milliseconds: millisecondsSince(began) },
        `gRPC ${path} ${name}`,
      );
    };
    const respond = async (): Promise<void> => {
      // The deadline needs no clock here: when it passes, gRPC answers by itself and counts the call as cancelled.
      if (call.cancelled) noticeDeparture();
      else call.once('cancelled', noticeDeparture);
      const refusal = share?.take(call.request.byteLength);
      if (refusal !== undefined) throw refusal;
      const response = await answer(call.request, { signal: departure.signal, noteModel });
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
