/** Answers one unary call: its signal, its place in memory, its status, its line in the log. */
import { randomUUID } from 'node:crypto';
import { Metadata, status as codes, type ServerUnaryCall, type sendUnaryData } from '@grpc/grpc-js';
import { ServingError } from '../../domain/errors.ts';
import type { GrpcLog } from './grpc-log.ts';
import type { GrpcMethod } from './grpc-method.ts';
import { statusTable } from './status-table.ts';

/** What the messages of all calls may take of memory, together with other uploads. */
export interface MemoryBudget {
  open(): {
    /** Takes so many bytes, or says why not. */
    readonly take: (bytes: number) => ServingError | undefined;
    readonly release: () => void;
  };
}

export interface UnaryCallOptions {
  readonly log: GrpcLog;
  readonly budget?: MemoryBudget | undefined;
}

const REQUEST_ID = 'x-request-id';
/** What a proxy or client may send; anything else could forge log lines. */
const acceptableId = /^[\x21-\x7e]{1,128}$/;

/** The handler of one method, over the bytes of its messages. */
export function unaryCall(
  { path, answer }: GrpcMethod,
  { log, budget }: UnaryCallOptions,
): (call: ServerUnaryCall<Buffer, Buffer>, send: sendUnaryData<Buffer>) => void {
  return (call, send) => {
    const began = performance.now();
    const requestId = requestIdOf(call.metadata);
    const trailers = new Metadata();
    trailers.set(REQUEST_ID, requestId);
    let model: string | undefined;
    const noteModel = (name: string): void => {
      model = name;
      trailers.set('x-model', encodeURI(name));
    };
    const share = budget?.open();
    const finish = (code: codes): void => {
      share?.release();
      const milliseconds = Math.round((performance.now() - began) * 10) / 10;
      const name = codes[code];
      log.info({ requestId, path, status: name, model, milliseconds }, `gRPC ${path} ${name}`);
    };
    const respond = async (): Promise<void> => {
      const refusal = share?.take(call.request.byteLength);
      if (refusal !== undefined) throw refusal;
      const response = await answer(call.request, { signal: abortedWith(call), noteModel });
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

/** The deadline needs no clock here: when it passes, gRPC answers by itself and counts the call as cancelled. */
function abortedWith(call: ServerUnaryCall<Buffer, Buffer>): AbortSignal {
  const controller = new AbortController();
  if (call.cancelled) controller.abort();
  else
    call.once('cancelled', () => {
      controller.abort();
    });
  return controller.signal;
}

function requestIdOf(metadata: Metadata): string {
  const [sent] = metadata.get(REQUEST_ID);
  return typeof sent === 'string' && acceptableId.test(sent) ? sent : randomUUID();
}

/** A departure, and a refusal without a cause, are told by the line of the call; they would fill the log otherwise. */
function tell(log: GrpcLog, { kind, message, cause }: ServingError, requestId: string): void {
  const code = statusTable[kind];
  const fields = { requestId, kind, status: codes[code], error: cause };
  if (kind === 'cancelled' || kind === 'deadline-exceeded') return;
  if (code === codes.INTERNAL || code === codes.UNKNOWN) log.error(fields, message);
  else if (cause !== undefined && code === codes.UNAVAILABLE) log.warn(fields, message);
  else if (cause !== undefined) log.info(fields, message);
}

function toServingError(thrown: unknown, requestId: string): ServingError {
  if (thrown instanceof ServingError) return thrown;
  const sentence = `Something failed inside the server. Its log says what, under request id ${requestId}.`;
  return new ServingError('internal', sentence, { cause: thrown });
}

/** Half a surrogate pair, which a client's own words may hold, cannot be written into a header. */
function sendable(sentence: string): string {
  return sentence.replace(/\p{Surrogate}/gu, '?').slice(0, 2000);
}
