/** A connection of HTTP/2 for tests, and calls over it that remember all that they hear. */
import { ClientSession } from '../../gateway/http2/client-session.ts';
import type { ClientStream, StreamEvents } from '../../gateway/http2/client-stream.ts';
import { headerBlock } from '../../gateway/http2/header-block.ts';
import type { Headers } from '../../gateway/http2/header-block-reader.ts';

interface Address {
  readonly host: string;
  readonly port: number;
}

export const questionHeaders = {
  ':method': 'POST',
  ':scheme': 'http',
  ':authority': 'backend',
  ':path': '/',
};

/** What a call has heard. */
export class RecordedCall implements StreamEvents {
  readonly headers: Headers[] = [];
  readonly chunks: Buffer[] = [];
  /** In their order: `headers`, `data`, `end`, `reset 8`, `broken`. */
  readonly events: string[] = [];
  cause: Error | undefined;
  stream: ClientStream | undefined;
  /** Called with each event once it has been recorded. */
  react: (event: string) => void = () => undefined;
  /** The event that ended it. */
  readonly ended: Promise<string>;
  #resolve: (event: string) => void = () => undefined;

  constructor() {
    this.ended = new Promise((resolve) => (this.#resolve = resolve));
  }

  get body(): Buffer {
    return Buffer.concat(this.chunks);
  }

  onHeaders(headers: Headers): void {
    this.headers.push(headers);
    this.#record('headers');
  }

  onData(bytes: Buffer): void {
    this.chunks.push(Buffer.from(bytes));
    this.#record('data');
  }

  onEnd(): void {
    this.#finish('end');
  }

  onReset(code: number): void {
    this.#finish(`reset ${code}`);
  }

  onBroken(cause: Error | undefined): void {
    this.cause = cause;
    this.#finish('broken');
  }

  #finish(event: string): void {
    this.#resolve(event);
    this.#record(event);
  }

  #record(event: string): void {
    this.events.push(event);
    this.react(event);
  }
}

export class SessionCaller {
  readonly session: ClientSession;
  /** Why the connection is gone, once it is. */
  readonly closed: Promise<Error | undefined>;

  private constructor(address: Address, onReady: () => void, firstNumber?: number) {
    let end: (cause: Error | undefined) => void = () => undefined;
    this.closed = new Promise((resolve) => (end = resolve));
    const events = {
      onReady,
      onClosed: (cause: Error | undefined): void => {
        end(cause);
      },
    };
    this.session = new ClientSession(address, events, firstNumber);
  }

  /** Once calls may begin. */
  static open(address: Address, firstNumber?: number): Promise<SessionCaller> {
    return new Promise((resolve, reject) => {
      const begin = (): void => {
        resolve(caller);
      };
      const caller = new SessionCaller(address, begin, firstNumber);
      void caller.closed.then(reject);
    });
  }

  call(...body: readonly Uint8Array[]): RecordedCall {
    const call = new RecordedCall();
    call.stream = this.session.call(headerBlock(questionHeaders), body, call);
    return call;
  }

  cancel({ stream }: RecordedCall): void {
    if (stream !== undefined) this.session.cancel(stream);
  }

  async close(): Promise<void> {
    this.session.destroy(new Error('the test is over'));
    await this.closed;
  }
}
