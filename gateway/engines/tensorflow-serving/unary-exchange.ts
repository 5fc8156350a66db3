/** A question and its answer on one HTTP/2 stream, to whichever end it comes. */
import type { CallTime } from '../../deadline.ts';
import type { ClientSession } from '../../http2/client-session.ts';
import type { ClientStream, StreamEvents } from '../../http2/client-stream.ts';
import type { Headers } from '../../http2/header-block-reader.ts';
import type { SpareBuffers } from '../../spare-buffers.ts';
import { largestAnswerBytes } from './backend-client.ts';
import { BackendFault } from './backend-fault.ts';
import { faultOfReset } from './grpc-fault.ts';
import { UnaryAnswer } from './unary-answer.ts';

export interface UnaryExchangeOptions<Answer> {
  readonly session: ClientSession;
  /** Whether the session was there before the call, so that the backend may be closing it at this moment. */
  readonly isKept: boolean;
  readonly time: CallTime;
  /** Where the answer lies until it has been read. */
  readonly spare: SpareBuffers;
  /** @param message overwritten afterwards. What it throws is what becomes of the call. */
  read(message: Buffer): Answer;
}

interface Settling<Answer> {
  resolve(answer: Answer): void;
  reject(fault: unknown): void;
}

/** For one question. */
export class UnaryExchange<Answer> implements StreamEvents {
  readonly #options: UnaryExchangeOptions<Answer>;
  readonly #settling: Settling<Answer>;
  readonly #answer: UnaryAnswer;
  #stream: ClientStream | undefined;

  constructor(options: UnaryExchangeOptions<Answer>, settling: Settling<Answer>) {
    this.#options = options;
    this.#settling = settling;
    this.#answer = new UnaryAnswer(largestAnswerBytes, options.spare);
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
    try {
      this.#settling.resolve(this.#options.read(this.#answer.message()));
    } catch (error) {
      this.#settling.reject(error);
    } finally {
      this.#end();
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
    const { session, time } = this.#options;
    this.#cancel(new BackendFault('aborted', 'the call was given up'));
    // Whoever does not answer in time may be gone without a word: the next call finds out by connecting anew.
    if (time.ended === 'late') session.retire();
  };

  #cancel(fault: unknown): void {
    this.#end();
    if (this.#stream !== undefined) this.#options.session.cancel(this.#stream);
    this.#settling.reject(fault);
  }

  #end(): void {
    this.#options.time.signal.removeEventListener('abort', this.#giveUp);
    this.#answer.release();
  }
}
