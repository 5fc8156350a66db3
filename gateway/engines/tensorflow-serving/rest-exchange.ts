/** One request over HTTP and the answer to it, put together up to a limit. */
import type { Dispatcher } from 'undici';
import { BackendFault } from './backend-fault.ts';
import { faultOfBrokenAnswer, faultOfNoAnswer, faultOfSocket } from './rest-fault.ts';

export interface RestAnswer {
  readonly status: number;
  readonly body: Buffer;
  /** Whether nobody reads the request any more; an answer may come before all of it has been sent. */
  readonly isSent: boolean;
}

/** What carries the request and the answer. */
export interface Carrier {
  /** Whether an answer came over it before. */
  readonly isReused: boolean;
  /** Whether the system has taken all that was written. */
  readonly hasSentAll: boolean;
  readonly hasBroken: boolean;
}

export interface RestExchangeOptions {
  /** Bytes that an answer may have. */
  readonly limit: number;
  readonly carrier: Carrier;
  /** Called with the whole answer, or with the reason why there is none; again when the connection is closed then. */
  end(answer: RestAnswer | BackendFault): void;
}

const lengthHeader = 'content-length';

export class RestExchange implements Dispatcher.DispatchHandlers {
  readonly #options: RestExchangeOptions;
  readonly #chunks: Buffer[] = [];
  #length = 0;
  #status = 0;
  #hasBegun = false;

  constructor(options: RestExchangeOptions) {
    this.#options = options;
  }

  onConnect(): void {
    // Without it the library takes no handler.
  }

  onResponseStarted(): void {
    this.#hasBegun = true;
  }

  onHeaders(status: number, headers: readonly Buffer[]): boolean {
    this.#status = status;
    if (announcedLength(headers) > this.#options.limit) this.#options.end(this.#tooLong());
    return true;
  }

  onData(chunk: Buffer): boolean {
    this.#length += chunk.length;
    if (this.#length > this.#options.limit) this.#options.end(this.#tooLong());
    else this.#chunks.push(chunk);
    return true;
  }

  onComplete(): void {
    const { hasBroken, hasSentAll } = this.#options.carrier;
    // Where the end of the connection is the end of the answer, a reset looks like it.
    if (hasBroken) this.#options.end(faultOfBrokenAnswer());
    else this.#options.end({ status: this.#status, body: this.#body(), isSent: hasSentAll });
  }

  onError(error: Error): void {
    this.#options.end(this.#faultOf(error));
  }

  #faultOf(error: Error): BackendFault {
    if (!this.#hasBegun) return faultOfSocket(error, this.#options.carrier.isReused);
    return this.#status === 0 ? faultOfNoAnswer(error) : faultOfBrokenAnswer(error);
  }

  #body(): Buffer {
    const [only] = this.#chunks;
    return only !== undefined && this.#chunks.length === 1 ? only : Buffer.concat(this.#chunks, this.#length);
  }

  #tooLong(): BackendFault {
    return new BackendFault('failed', `the answer is longer than ${this.#options.limit} bytes`);
  }
}

/** @param headers names and values in turn */
function announcedLength(headers: readonly Buffer[]): number {
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index];
    if (name?.length !== lengthHeader.length) continue;
    if (name.toString('latin1').toLowerCase() === lengthHeader)
      return Number(headers[index + 1]?.toString('latin1'));
  }
  return 0;
}
