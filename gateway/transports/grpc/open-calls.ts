/** Knows every call from its first byte to its last, so that a server that stops waits for those only that it answers. */
import { Metadata, ServerInterceptingCall, status, type ServerInterceptor } from '@grpc/grpc-js';

type Call = Parameters<ServerInterceptor>[1];

export class OpenCalls {
  /** Calls that nothing will be answered to, as far as anybody knows. */
  readonly #waiting = new Set<Call>();
  /** Calls whose one request has arrived, until their answer has left. */
  readonly #answering = new Set<Call>();
  /** Called when nothing is being answered any more. */
  #answered: () => void = () => undefined;

  /** A stream of health or reflection counts as waiting: clients hold it open for as long as they like. */
  readonly intercept: ServerInterceptor = ({ requestStream, responseStream }, call) =>
    new ServerInterceptingCall(call, {
      start: (next) => {
        this.#waiting.add(call);
        next({
          onReceiveHalfClose: (pass) => {
            if (!requestStream && !responseStream) this.#answer(call);
            pass();
          },
          // After the end of the answer, and when the client has left.
          onCancel: () => {
            this.#forget(call);
          },
        });
      },
    });

  /** Ends what waits. */
  end(): void {
    for (const call of [...this.#waiting]) bidFarewell(call);
  }

  /** Resolves once nothing is being answered. */
  async answered(): Promise<void> {
    if (this.#answering.size === 0) return;
    await new Promise<void>((resolve) => (this.#answered = resolve));
  }

  #answer(call: Call): void {
    if (this.#waiting.delete(call)) this.#answering.add(call);
  }

  #forget(call: Call): void {
    this.#waiting.delete(call);
    this.#answering.delete(call);
    if (this.#answering.size === 0) this.#answered();
  }
}

function bidFarewell(call: Call): void {
  const farewell = { code: status.UNAVAILABLE, details: 'The server is shutting down.' };
  call.sendStatus({ ...farewell, metadata: new Metadata() });
}
