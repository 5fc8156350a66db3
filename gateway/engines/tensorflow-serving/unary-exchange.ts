/** A question and its answer on one HTTP/2 stream, to whichever end it comes. */
import { constants } from 'node:http2';
import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import { largestAnswerBytes } from './backend-client.ts';
import { BackendFault } from './backend-fault.ts';
import type { CallTime } from './deadline.ts';
import { faultOfReset } from './grpc-fault.ts';
import { UnaryAnswer } from './unary-answer.ts';
import { framedMessage, headersOf } from './unary-question.ts';
import type { UnaryQuestion } from './unary-question.ts';

export interface UnaryExchangeOptions {
  readonly session: ClientHttp2Session;
  /** Whether the session was there before the call, so that the backend may be closing it at this moment. */
  readonly isKept: boolean;
  readonly time: CallTime;
}

interface Settling {
  resolve(message: Buffer): void;
  reject(fault: unknown): void;
}

/** For one question. */
export class UnaryExchange {
  readonly #options: UnaryExchangeOptions;
  readonly #settling: Settling;
  readonly #answer = new UnaryAnswer(largestAnswerBytes);
  #stream: ClientHttp2Stream | undefined;
  #error: Error | undefined;
  #isSent = false;
  /** Of the answer, while the question has not left. */
  #waiting: Buffer | undefined;
  #isOver = false;

  constructor(options: UnaryExchangeOptions, settling: Settling) {
    this.#options = options;
    this.#settling = settling;
  }

  ask(question: UnaryQuestion): void {
    const { session, time } = this.#options;
    time.signal.addEventListener('abort', this.#giveUp);
    try {
      this.#stream = session.request(headersOf(question, time.endsAt));
    } catch (cause) {
      // It was closed at this very moment.
      const repeatable = { cause, isWorthRepeating: true };
      this.#fail(new BackendFault('unavailable', 'the session takes no call', repeatable));
      return;
    }
    this.#listen(this.#stream);
    this.#send(this.#stream, framedMessage(question));
  }

  #listen(stream: ClientHttp2Stream): void {
    const answer = this.#answer;
    stream.on('response', (headers) => {
      answer.headers = headers;
    });
    stream.on('trailers', (trailers: IncomingHttpHeaders) => {
      answer.trailers = trailers;
    });
    stream.on('data', this.#take);
    stream.on('error', (error: Error) => {
      this.#error = error;
    });
    stream.once('end', () => {
      // Without a status, how the stream closes will tell more.
      if (answer.status !== undefined) this.#conclude();
    });
    stream.once('close', this.#conclude);
  }

  /** In pieces: the session sends them from where they lie, and copies none. */
  #send(stream: ClientHttp2Stream, pieces: readonly Uint8Array[]): void {
    stream.cork();
    pieces.forEach((piece, index) => {
      stream.write(piece, index === pieces.length - 1 ? this.#sent : undefined);
    });
    stream.end();
  }

  /** Called too when the stream was destroyed before. */
  readonly #sent = (): void => {
    this.#isSent = true;
    if (this.#waiting !== undefined) this.#succeed(this.#waiting);
  };

  readonly #take = (chunk: Buffer): void => {
    if (this.#isOver) return;
    try {
      this.#answer.take(chunk);
    } catch (error) {
      this.#fail(error);
    }
  };

  readonly #conclude = (): void => {
    if (this.#isOver || this.#waiting !== undefined) return;
    try {
      if (this.#answer.status === undefined) this.#throwIfBroken();
      const message = this.#answer.message();
      // A backend may answer before it has read everything; until then its bytes are read where they lie.
      if (this.#isSent) this.#succeed(message);
      else this.#waiting = message;
    } catch (error) {
      this.#fail(error);
    }
  };

  #throwIfBroken(): void {
    const { session, isKept } = this.#options;
    const code = this.#stream?.rstCode ?? constants.NGHTTP2_NO_ERROR;
    const isConnectionGone = session.destroyed || (session.closed && code === constants.NGHTTP2_CANCEL);
    if (isConnectionGone) {
      const isWorthRepeating = isKept && this.#answer.headers === undefined;
      const message = `the connection broke: ${this.#error?.message ?? 'closed'}`;
      throw new BackendFault('unavailable', message, { cause: this.#error, isWorthRepeating });
    }
    if (code !== constants.NGHTTP2_NO_ERROR) throw faultOfReset(code, this.#error);
  }

  readonly #giveUp = (): void => {
    this.#fail(new BackendFault('aborted', 'the call was given up'));
  };

  #succeed(message: Buffer): void {
    this.#end();
    this.#settling.resolve(message);
  }

  #fail(fault: unknown): void {
    this.#end();
    this.#stream?.close(constants.NGHTTP2_CANCEL);
    this.#settling.reject(fault);
  }

  #end(): void {
    this.#isOver = true;
    this.#options.time.signal.removeEventListener('abort', this.#giveUp);
  }
}
