/** One method of a gRPC service as this room sees it: bytes in, bytes out, with everything that can go wrong between. */
import type { CallerSignal } from '../../domain/caller-signal.ts';
import type { ServingError } from '../../domain/errors.ts';
import { readMessage } from './read-message.ts';

/** What a method may know of the call it answers. */
export interface CallContext {
  /** Aborted when the client has left or its deadline has passed. */
  readonly signal: CallerSignal;
  /** Tells the log and the trailers which model answers, as `name/version`. */
  readonly noteModel: (model: string) => void;
}

export interface UnaryCallContext extends CallContext {
  /**
   * Counts bytes that the message stands for beyond its own as if they had come with it.
   *
   * @throws ServingError `too-large` when no message may be that long, `overloaded` when there is no room for it now
   */
  readonly hold: (bytes: number) => void;
}

export interface GrpcMethod {
  /** Such as `/tensorflow.serving.PredictionService/Predict`. */
  readonly path: string;
  /** @throws ServingError; anything else counts as `internal` */
  readonly answer: (request: Buffer, context: UnaryCallContext) => Promise<Buffer>;
}

/** One request of a stream, and what it gets: an answer, or what says why there is none. */
export interface StreamedRequest {
  /** @throws ServingError; anything else counts as `internal` */
  readonly answer: (context: CallContext) => Promise<Buffer>;
  readonly refusal: (error: ServingError) => Buffer;
}

/** A method that answers each message of a stream with one, and goes on when it must refuse one. */
export interface GrpcStreamMethod {
  readonly path: string;
  readonly begin: (request: Buffer) => StreamedRequest;
}

/** The parts of a method's definition that are needed here, as a proto loader gives them. */
export interface MethodDefinition<Request, Response> {
  readonly path: string;
  readonly requestDeserialize: (bytes: Buffer) => Request;
  readonly responseSerialize: (response: Response) => Buffer;
}

/** Joins the definition of a unary method with what answers it. */
export function grpcMethod<Request, Response>(
  definition: MethodDefinition<Request, Response>,
  answer: (request: Request, context: UnaryCallContext) => Promise<Response>,
): GrpcMethod {
  const { path, requestDeserialize, responseSerialize } = definition;
  return {
    path,
    answer: async (bytes, context) =>
      responseSerialize(await answer(readMessage(requestDeserialize, bytes), context)),
  };
}

/** What a method of a stream does with each request. */
export interface StreamAnswers<Request, Response> {
  readonly answer: (request: Request, context: CallContext) => Promise<Response>;
  /** @param request `undefined` when it cannot be read */
  readonly refusal: (error: ServingError, request: Request | undefined) => Response;
}

/** Joins the definition of a method that takes and gives a stream with what answers each of its messages. */
export function grpcStreamMethod<Request, Response>(
  { path, requestDeserialize, responseSerialize }: MethodDefinition<Request, Response>,
  { answer, refusal }: StreamAnswers<Request, Response>,
): GrpcStreamMethod {
  return {
    path,
    begin: (bytes) => {
      let request: Request | undefined;
      return {
        answer: async (context) => {
          request = readMessage(requestDeserialize, bytes);
          return responseSerialize(await answer(request, context));
        },
        refusal: (error) => responseSerialize(refusal(error, request)),
      };
    },
  };
}
