/** Knows the streams that clients hold open for as long as they like, so that a server that stops can end them. */
import { Metadata, ServerInterceptingCall, status, type ServerInterceptor } from '@grpc/grpc-js';

type Call = Parameters<ServerInterceptor>[1];

/** A watched health check or a reflection stream would otherwise keep its connection, and with it the server, open. */
export class OpenStreams {
  readonly #open = new Set<Call>();

  /** Sees every call; unary ones end by themselves. */
  readonly intercept: ServerInterceptor = ({ requestStream, responseStream }, call) => {
    if (!requestStream && !responseStream) return new ServerInterceptingCall(call);
    return new ServerInterceptingCall(call, {
      start: (next) => {
        this.#open.add(call);
        next({ onCancel: () => this.#open.delete(call) });
      },
    });
  };

  end(): void {
    const farewell = { code: status.UNAVAILABLE, details: 'The server is shutting down.' };
    for (const call of [...this.#open]) call.sendStatus({ ...farewell, metadata: new Metadata() });
  }
}
