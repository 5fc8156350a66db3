/** A connection to one backend over which one question at a time is asked. */
import net from 'node:net';
import type { CallerSignal } from '../../domain/caller-signal.ts';
import { AnswerReader } from '../../http1/answer-reader.ts';
import type { Answer } from '../../http1/answer-reader.ts';
import { connectionOptions } from '../../http2/connection-options.ts';
import type { SpareBuffers } from '../../spare-buffers.ts';
import type { PlannedText } from '../../wire/tensorflow-serving/predict-request-json.ts';
import { authority } from './backend-client.ts';
import type { Address } from './backend-client.ts';
import { BackendFault } from './backend-fault.ts';
import { faultOfAnswer, faultOfBrokenAnswer, faultOfSocket } from './rest-fault.ts';

export interface RestRequest {
  readonly path: string;
  /** JSON; without one the request is a GET. */
  readonly body?: PlannedText;
}

export interface RestConnectionOptions {
  readonly address: Address;
  readonly connectMilliseconds: number;
  readonly largestAnswerBytes: number;
  /** Gives the memory for requests. */
  readonly spare: SpareBuffers;
}

/**
 * Of this thread's connections, whatever comes over them: it is copied before the next one reads. A system whose reads
 * begin before anything has come, such as Windows, which Fovea does not run on, would need memory for each.
 */
const incoming = Buffer.allocUnsafeSlow(64 * 1024);

/** So long before the other side closes a connection, it is not used any more. */
const idleMarginSeconds = 1;

interface Exchange {
  readonly reader: AnswerReader;
  /** Before that, what comes is no answer. */
  hasBeenAsked: boolean;
  /** What the system may still be reading while the answer comes. */
  message: Buffer | undefined;
  end(answer: Answer | BackendFault): void;
}

export class RestConnection {
  readonly #options: RestConnectionOptions;
  readonly #socket: net.Socket;
  #exchange: Exchange | undefined;
  /** How many have come over the socket. */
  #answers = 0;
  #usableUntil = Infinity;
  #error: Error | undefined;

  constructor(options: RestConnectionOptions) {
    this.#options = options;
    this.#socket = net.connect({
      ...options.address,
      ...connectionOptions,
      onread: { buffer: incoming, callback: this.#read },
    });
    const timer = setTimeout(() => {
      this.#socket.destroy(noConnection(options.connectMilliseconds));
    }, options.connectMilliseconds);
    this.#socket.once('connect', () => {
      clearTimeout(timer);
    });
    this.#socket.on('error', (error) => {
      this.#error ??= error;
    });
    this.#socket.once('end', this.#finish);
    this.#socket.once('close', () => {
      clearTimeout(timer);
      this.#breakOff(this.#error ?? closedByBackend());
    });
  }

  /** Whether no question can be asked over it any more; it may still have to be closed. */
  get isClosed(): boolean {
    return !this.#socket.writable || performance.now() >= this.#usableUntil;
  }

  /**
   * @param signal not aborted yet
   * @throws BackendFault
   */
  ask(request: RestRequest, signal: CallerSignal): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.#end(new BackendFault('aborted', 'the call was given up'));
      };
      const exchange: Exchange = {
        reader: new AnswerReader(this.#options.largestAnswerBytes),
        hasBeenAsked: false,
        message: undefined,
        end: (answer) => {
          signal.removeEventListener('abort', abort);
          if (answer instanceof BackendFault) reject(answer);
          else resolve(answer);
        },
      };
      this.#exchange = exchange;
      signal.addEventListener('abort', abort);
      if (this.#answers === 0) this.#send(request, exchange);
      // What has come over it meanwhile is no answer, or its end; that is seen within a turn of the event loop.
      else setImmediate(this.#send, request, exchange);
    });
  }

  close(): void {
    this.#end(new BackendFault('unavailable', 'the connection was closed by the gateway'));
    this.#socket.destroy();
  }

  readonly #send = (request: RestRequest, exchange: Exchange): void => {
    // It may have been given up, or the connection closed.
    if (this.#exchange !== exchange) return;
    exchange.hasBeenAsked = true;
    try {
      this.#write(request, exchange);
    } catch (cause) {
      // There may be no memory for it. Half of it may have left, and nothing can follow that.
      this.#end(new BackendFault('failed', 'the request could not be written', { cause }));
    }
  };

  #write({ path, body }: RestRequest, exchange: Exchange): void {
    const host = `Host: ${authority(this.#options.address)}`;
    // Who speaks HTTP/1.0 must be told that the connection shall stay.
    const about = `${path} HTTP/1.1\r\n${host}\r\nConnection: keep-alive\r\nAccept-Encoding: identity\r\n`;
    if (body === undefined) {
      this.#socket.write(`GET ${about}\r\n`, 'latin1');
      return;
    }
    const length = `Content-Length: ${body.byteLength}`;
    const head = `POST ${about}Content-Type: application/json\r\n${length}\r\n\r\n`;
    const message = this.#options.spare.take(head.length + body.byteLength);
    exchange.message = message;
    message.write(head, 'latin1');
    let sent = 0;
    body.write(message.subarray(head.length), (ready) => {
      const end = head.length + ready;
      this.#socket.write(message.subarray(0, end));
      sent = end;
    });
    this.#socket.write(message.subarray(sent));
  }

  readonly #read = (count: number): boolean => {
    const exchange = this.#exchange;
    if (exchange?.hasBeenAsked !== true) this.#end(answeringNobody());
    else this.#take(exchange, incoming.subarray(0, count));
    // Nothing can follow on a connection on which nobody waits.
    if (exchange === undefined) this.#socket.destroy();
    return true;
  };

  #take({ reader }: Exchange, bytes: Buffer): void {
    try {
      const answer = reader.take(bytes);
      if (answer !== undefined) this.#end(answer);
    } catch (error) {
      this.#end(faultOfAnswer(error));
    }
  }

  /** The other side has said all that it will. */
  readonly #finish = (): void => {
    const answer = this.#exchange?.reader.finish();
    if (answer === undefined) this.#breakOff(closedByBackend());
    else this.#end(answer);
    this.#socket.destroy();
  };

  #breakOff(error: Error): void {
    const hasBegun = this.#exchange?.reader.hasBegun === true;
    this.#end(hasBegun ? faultOfBrokenAnswer(error) : faultOfSocket(error, this.#answers > 0));
  }

  /** Of no effect when nobody waits. */
  #end(answer: Answer | BackendFault): void {
    const exchange = this.#exchange;
    if (exchange === undefined) return;
    this.#exchange = undefined;
    // An answer may come before all of the request has been sent, and what waits to be sent must stay as it is.
    const isSent = this.#socket.writableLength === 0;
    if (answer instanceof BackendFault || !answer.keepsConnection || !isSent) this.#socket.destroy();
    else this.#keep(exchange, answer);
    exchange.end(answer);
  }

  /** For the next question. */
  #keep({ message }: Exchange, { idleSeconds = Infinity }: Answer): void {
    if (message !== undefined) this.#options.spare.give(message);
    this.#answers += 1;
    this.#usableUntil = performance.now() + (idleSeconds - idleMarginSeconds) * 1000;
  }
}

const answeringNobody = (): BackendFault =>
  new BackendFault('unavailable', 'the backend answered before it was asked', { isWorthRepeating: true });

const closedByBackend = (): Error =>
  Object.assign(new Error('the backend closed the connection'), { code: 'ECONNRESET' });

const noConnection = (milliseconds: number): Error =>
  Object.assign(new Error(`no connection within ${milliseconds} ms`), { code: 'ETIMEDOUT' });
