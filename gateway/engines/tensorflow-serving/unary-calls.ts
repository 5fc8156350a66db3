/** gRPC calls to a backend, each of which ends with its answer, with a fault, or when its time is over. */
import type { CallTime } from '../../deadline.ts';
import type { ClientSession } from '../../http2/client-session.ts';
import { authority } from './backend-client.ts';
import { BackendFault } from './backend-fault.ts';
import type { Http2Connection } from './http2-connection.ts';
import { framedMessage } from './message-frame.ts';
import { UnaryExchange } from './unary-exchange.ts';
import { headersOfCall, timeoutText } from './unary-question.ts';
import type { UnaryQuestion } from './unary-question.ts';

export class UnaryCalls {
  readonly #connection: Http2Connection;
  /** The headers of the latest call by its path. */
  readonly #latest = new Map<string, { readonly timeout: string; readonly headers: Buffer }>();

  constructor(connection: Http2Connection) {
    this.#connection = connection;
  }

  /**
   * @returns the message of the answer; by then, as after a fault, nobody reads the bytes of the question any more
   * @throws BackendFault
   */
  async ask(question: UnaryQuestion, time: CallTime): Promise<Buffer> {
    const kept = this.#connection.session;
    const session = kept ?? (await this.#connected(time));
    if (time.signal.aborted) throw noTime();
    if (!session.isOpen) {
      throw new BackendFault('unavailable', 'the backend said goodbye at once', { isWorthRepeating: true });
    }
    try {
      return await new Promise<Buffer>((resolve, reject) => {
        const exchange = new UnaryExchange(
          { session, isKept: kept !== undefined, time },
          { resolve, reject },
        );
        exchange.ask(this.#headersOf(question, time), framedMessage(question.message));
      });
    } catch (error) {
      // Whoever does not answer in time may be gone without a word: the next call finds out by connecting anew.
      if (time.ended === 'late') session.retire();
      throw error;
    }
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
