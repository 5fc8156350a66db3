/** A connection to one backend over which one question at a time is asked; made anew when it has been closed. */
import type net from 'node:net';
import { Client } from 'undici';
import type { CallerSignal } from '../../domain/caller-signal.ts';
import { authority } from './backend-client.ts';
import type { Address } from './backend-client.ts';
import { BackendFault } from './backend-fault.ts';
import { connecting } from './connecting.ts';
import { RestExchange } from './rest-exchange.ts';
import type { Carrier, RestAnswer } from './rest-exchange.ts';

export interface RestRequest {
  readonly path: string;
  /** JSON; without one the request is a GET. */
  readonly body?: Buffer;
}

export interface RestConnectionOptions {
  readonly address: Address;
  readonly connectMilliseconds: number;
  readonly largestAnswerBytes: number;
}

/** As long as a timer can run: how long a connection may be idle the backend says, or its closing does. */
const forever = 2 ** 31 - 1;

const questionHeaders = ['accept-encoding', 'identity'];
const pictureHeaders = [...questionHeaders, 'content-type', 'application/json'];

export class RestConnection implements Carrier {
  readonly #client: Client;
  readonly #largestAnswerBytes: number;
  #socket: net.Socket | undefined;
  /** Over the socket. */
  #answers = 0;
  #isClosed = false;

  constructor({ address, connectMilliseconds, largestAnswerBytes }: RestConnectionOptions) {
    this.#largestAnswerBytes = largestAnswerBytes;
    this.#client = new Client(`http://${authority(address)}`, {
      connect: connecting(address, connectMilliseconds, (socket) => {
        this.#socket = socket;
        this.#answers = 0;
      }),
      // The deadline of the call rules.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: forever,
      keepAliveMaxTimeout: forever,
      keepAliveTimeoutThreshold: 1000,
    });
  }

  /** Closed for good by every call that failed, and by an answer that came before the request had been sent. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  get isReused(): boolean {
    return this.#answers > 0;
  }

  get hasSentAll(): boolean {
    return this.#socket?.writableLength === 0;
  }

  get hasBroken(): boolean {
    return (this.#socket?.errored ?? null) !== null;
  }

  /**
   * @param signal not aborted yet
   * @throws BackendFault
   */
  ask({ path, body }: RestRequest, signal: CallerSignal): Promise<RestAnswer> {
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        end(new BackendFault('aborted', 'the call was given up'));
      };
      const end = (answer: RestAnswer | BackendFault): void => {
        signal.removeEventListener('abort', abort);
        if (answer instanceof BackendFault) {
          // First, since closing ends the call too.
          reject(answer);
          this.close();
          return;
        }
        if (!answer.isSent) this.close();
        this.#answers += 1;
        resolve(answer);
      };
      signal.addEventListener('abort', abort);
      const exchange = new RestExchange({ limit: this.#largestAnswerBytes, carrier: this, end });
      if (body === undefined)
        this.#client.dispatch({ path, method: 'GET', headers: questionHeaders }, exchange);
      else this.#client.dispatch({ path, method: 'POST', headers: pictureHeaders, body }, exchange);
    });
  }

  close(): void {
    this.#isClosed = true;
    void this.#client.destroy();
    // It may still be under way, and the client does not know it then.
    this.#socket?.destroy();
  }
}
