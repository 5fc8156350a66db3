/** gRPC calls to a backend, each of which ends with its answer, with a fault, or when its time is over. */
import type { CallTime } from '../../deadline.ts';
import type { ClientSession } from '../../http2/client-session.ts';
import { SpareBuffers } from '../../spare-buffers.ts';
import { authority } from './backend-client.ts';
import { BackendFault } from './backend-fault.ts';
import type { Http2Connection } from './http2-connection.ts';
import { framedMessage } from './message-frame.ts';
import { UnaryExchange } from './unary-exchange.ts';
import type { UnaryExchangeOptions } from './unary-exchange.ts';
import { headersOfCall, timeoutText } from './unary-question.ts';
import type { UnaryQuestion } from './unary-question.ts';

export class UnaryCalls {
  readonly #connection: Http2Connection;
  readonly #spare = new SpareBuffers();
  /** The headers of the latest call by its path. */
  readonly #latest = new Map<string, { readonly timeout: string; readonly headers: Buffer }>();

  constructor(connection: Http2Connection) {
    this.#connection = connection;
  }

  /**
   * By the time it settles nobody reads the bytes of the question any more.
   *
   * @param read of the message of the answer, whose bytes are overwritten afterwards; its errors are those of the call
   * @throws BackendFault
   */
  ask<Answer>(question: UnaryQuestion, time: CallTime, read: (message: Buffer) => Answer): Promise<Answer> {
    const kept = this.#connection.session;
    if (kept !== undefined) {
      return this.#askOver({ session: kept, isKept: true, time, spare: this.#spare, read }, question);
    }
    return this.#connected(time).then((session) =>
      this.#askOver({ session, isKept: false, time, spare: this.#spare, read }, question),
    );
  }

  #askOver<Answer>(options: UnaryExchangeOptions<Answer>, question: UnaryQuestion): Promise<Answer> {
    const { session, time } = options;
    return new Promise((resolve, reject) => {
      if (time.signal.aborted) throw noTime();
      if (!session.isOpen) {
        throw new BackendFault('unavailable', 'the backend said goodbye at once', { isWorthRepeating: true });
      }
      const exchange = new UnaryExchange(options, { resolve, reject });
      exchange.ask(this.#headersOf(question, time), framedMessage(question.message));
    });
  }

  async #connected(time: CallTime): Promise<ClientSession> {
    if (time.signal.aborted) throw noTime();
    return whileThereIsTime(this.#connection.connect(), time);
  }

  /** Most calls have as much time as the one before. */
  #headersOf({ path }: UnaryQuestion, { endsAt }: CallTime): Buffer {
    const timeout = timeoutText(endsAt - Date.now());
    const latest = this.#latest.get(path);
    if (latest?.timeout === timeout) return latest.headers;
    const headers = headersOfCall(authority(this.#connection.address), path, timeout);
    this.#latest.set(path, { timeout, headers });
    return headers;
  }
}

const noTime = (): BackendFault => new BackendFault('aborted', 'there is no time for the call');

function whileThereIsTime<Result>(work: Promise<Result>, { signal }: CallTime): Promise<Result> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => {
      reject(new BackendFault('aborted', 'the call was given up before there was a connection'));
    };
    signal.addEventListener('abort', giveUp);
    void work.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', giveUp);
    });
  });
}
