/** A question and its answer on one HTTP/2 stream, to whichever end it comes. */
import type { CallTime } from '../../deadline.ts';
import type { ClientSession } from '../../http2/client-session.ts';
import type { ClientStream, StreamEvents } from '../../http2/client-stream.ts';
import type { Headers } from '../../http2/header-block-reader.ts';
import { largestAnswerBytes } from './backend-client.ts';
import { BackendFault } from './backend-fault.ts';
import { faultOfReset } from './grpc-fault.ts';
import { UnaryAnswer } from './unary-answer.ts';

export interface UnaryExchangeOptions {
  readonly session: ClientSession;
  /** Whether the session was there before the call, so that the backend may be closing it at this moment. */
  readonly isKept: boolean;
  readonly time: CallTime;
}

interface Settling {
  resolve(message: Buffer): void;
  reject(fault: unknown): void;
}

/** For one question. */
export class UnaryExchange implements StreamEvents {
  readonly #options: UnaryExchangeOptions;
  readonly #settling: Settling;
  readonly #answer = new UnaryAnswer(largestAnswerBytes);
  #stream: ClientStream | undefined;

  constructor(options: UnaryExchangeOptions, settling: Settling) {
    this.#options = options;
    this.#settling = settling;
  }

  /** @param body the framed message, in pieces */
  ask(headers: Uint8Array, body: readonly Uint8Array[]): void {
    const { session, time } = this.#options;
    time.signal.addEventListener('abort', this.#giveUp);
    this.#stream = session.call(headers, body, this);
  }

  onHeaders(headers: Headers): void {
    this.#answer.takeHeaders(headers);
  }

  onData(bytes: Buffer): void {
    try {
      this.#answer.take(bytes);
    } catch (error) {
      this.#cancel(error);
    }
  }

  onEnd(): void {
    this.#end();
    try {
      this.#settling.resolve(this.#answer.message());
    } catch (error) {
      this.#settling.reject(error);
    }
  }

  onReset(code: number): void {
    this.#end();
    this.#settling.reject(faultOfReset(code));
  }

  onBroken(cause: Error | undefined): void {
    this.#end();
    const isWorthRepeating = this.#options.isKept && !this.#answer.hasBegun;
    const message = `the connection broke: ${cause?.message ?? 'closed'}`;
    this.#settling.reject(new BackendFault('unavailable', message, { cause, isWorthRepeating }));
  }

  readonly #giveUp = (): void => {
    this.#cancel(new BackendFault('aborted', 'the call was given up'));
  };

  #cancel(fault: unknown): void {
    this.#end();
    if (this.#stream !== undefined) this.#options.session.cancel(this.#stream);
    this.#settling.reject(fault);
  }

  #end(): void {
    this.#options.time.signal.removeEventListener('abort', this.#giveUp);
  }
}
