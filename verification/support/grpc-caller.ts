/** A real gRPC client for tests: one connection, unary calls by path, and everything that came back. */
import { Client, credentials, Metadata, status, type ClientUnaryCall } from '@grpc/grpc-js';

export interface GrpcAnswer<Response> {
  readonly code: status;
  readonly details: string;
  readonly response: Response | undefined;
  readonly trailers: Metadata;
}

export interface CallOptions {
  /** Milliseconds from now. */
  readonly deadline?: number;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Takes the call, to cancel it. */
  readonly started?: (call: ClientUnaryCall) => void;
}

/** The parts of a method's definition that a client needs. */
export interface CalledMethod<Request, Response> {
  readonly path: string;
  readonly requestSerialize: (request: Request) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => Response;
}

export class GrpcCaller {
  readonly client: Client;

  constructor(port: number, options: Readonly<Record<string, number>> = {}) {
    this.client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), {
      'grpc.max_send_message_length': -1,
      'grpc.max_receive_message_length': -1,
      'grpc.enable_retries': 0,
      ...options,
    });
  }

  /** Resolves with whatever came: a failure is a code, not an error. */
  async call<Request, Response>(
    method: CalledMethod<Request, Response>,
    request: Request,
    { deadline, metadata = {}, started }: CallOptions = {},
  ): Promise<GrpcAnswer<Response>> {
    const sent = new Metadata();
    for (const [key, value] of Object.entries(metadata)) sent.set(key, value);
    return new Promise((resolve) => {
      let outcome: { readonly code: status; readonly details: string } = { code: status.OK, details: '' };
      let answered: Response | undefined;
      const call = this.client.makeUnaryRequest(
        method.path,
        method.requestSerialize,
        method.responseDeserialize,
        request,
        sent,
        deadline === undefined ? {} : { deadline: Date.now() + deadline },
        (error, response) => {
          if (error !== null) outcome = { code: error.code, details: error.details };
          answered = response;
        },
      );
      call.on('status', ({ metadata: trailers, code, details }) => {
        // The answer is handed over after its status.
        setImmediate(() => {
          resolve({
            ...outcome,
            ...(code === status.OK ? {} : { code, details }),
            response: answered,
            trailers,
          });
        });
      });
      started?.(call);
    });
  }

  close(): void {
    this.client.close();
  }
}

/** A method whose messages are bytes as they are. */
export function byteMethod(path: string): CalledMethod<Buffer, Buffer> {
  const asTheyAre = (bytes: Buffer): Buffer => bytes;
  return { path, requestSerialize: asTheyAre, responseDeserialize: asTheyAre };
}
