/** Answers a stream of requests: each with one message in their order, whatever becomes of the others. */
import { Metadata, status as codes, type ServerDuplexStream } from '@grpc/grpc-js';
import { ServingError } from '../../domain/errors.ts';
import {
  millisecondsSince,
  requestIdHeader,
  requestIdOf,
  sendable,
  tell,
  toServingError,
} from './call-outcome.ts';
import { Departure } from './departure.ts';
import type { GrpcLog } from './grpc-log.ts';
import type { GrpcStreamMethod } from './grpc-method.ts';
import { statusTable } from './status-table.ts';
import { AdmittedMessage } from './stream-gate.ts';

export interface StreamCallOptions {
  readonly log: GrpcLog;
  /** How long an answer may wait for its client to read it. */
  readonly patienceMilliseconds: number;
}

type Duplex = ServerDuplexStream<unknown, Buffer>;

export class StreamCall {
  readonly #call: Duplex;
  readonly #method: GrpcStreamMethod;
  readonly #options: StreamCallOptions;
  readonly #requestId: string;
  readonly #trailers = new Metadata();
  readonly #began = performance.now();
  readonly #inside = new Set<Departure>();
  /** Sends no more when the call is over. */
  #giveUpSending: () => void = () => undefined;
  #model: string | undefined;
  #requests = 0;
  #refused = 0;
  #isOver = false;
  #last: Promise<void> = Promise.resolve();
  /** Called once, with whatever end the call comes to. */
  #ended: () => void = () => undefined;

  constructor(call: Duplex, method: GrpcStreamMethod, options: StreamCallOptions) {
    this.#call = call;
    this.#method = method;
    this.#options = options;
    this.#requestId = requestIdOf(call.metadata);
    this.#trailers.set(requestIdHeader, this.#requestId);
  }

  /** Resolves when it has ended. */
  async run(): Promise<void> {
    const ended = new Promise<void>((resolve) => (this.#ended = resolve));
    // After the client has left, and after an answer to everything too.
    this.#call.once('cancelled', () => {
      this.#finish(codes.CANCELLED);
    });
    this.#call.once('end', () => {
      void this.#last.then(() => {
        this.#finish(codes.OK);
      });
    });
    this.#call.on('data', (message: unknown) => {
      if (!(message instanceof AdmittedMessage)) throw new Error('the stream has no gate');
      this.#take(message);
    });
    await ended;
  }

  /** Takes no more requests; resolves when those inside have been answered, and the client has been told. */
  async stop(): Promise<void> {
    this.#call.pause();
    await this.#last;
    this.#fail(new ServingError('backend-unavailable', 'The server is shutting down.'));
  }

  #take(message: AdmittedMessage): void {
    if (this.#isOver) {
      // What a client sends on is thrown away, since nobody could answer it.
      message.release();
      message.leave();
      return;
    }
    this.#requests += 1;
    const answered = this.#answerTo(message).finally(message.release);
    this.#last = this.#last
      .then(async () => {
        await this.#send(await answered);
        message.leave();
      })
      .catch((thrown: unknown) => {
        this.#fail(toServingError(thrown, this.#requestId));
      });
  }

  async #answerTo({ bytes, refusal: noRoom }: AdmittedMessage): Promise<Buffer> {
    const { answer, refusal } = this.#method.begin(bytes);
    // One of its own: those who listen to it need not stop listening.
    const departure = new Departure();
    this.#inside.add(departure);
    try {
      if (noRoom !== undefined) throw noRoom;
      const noteModel = (name: string): void => {
        this.#model = name;
      };
      return await answer({ signal: departure, noteModel });
    } catch (thrown) {
      const error = toServingError(thrown, this.#requestId);
      tell(this.#options.log, error, this.#requestId);
      this.#refused += 1;
      return refusal(error);
    } finally {
      this.#inside.delete(departure);
    }
  }

  /** Resolves when the client's end has room for more, or is gone. One at a time. */
  async #send(answer: Buffer): Promise<void> {
    if (this.#isOver) return;
    const { patienceMilliseconds } = this.#options;
    const timer = setTimeout(() => {
      const sentence = `An answer has not been read for ${patienceMilliseconds / 1000} seconds, so the stream has ended.`;
      this.#fail(new ServingError('deadline-exceeded', sentence));
    }, patienceMilliseconds);
    await new Promise<void>((resolve) => {
      this.#giveUpSending = resolve;
      this.#call.write(answer, () => {
        resolve();
      });
    });
    clearTimeout(timer);
  }

  #fail({ kind, message }: ServingError): void {
    const code = statusTable[kind];
    const failure = { code, details: sendable(message), metadata: this.#trailers };
    this.#finish(code, () => this.#call.emit('error', failure));
  }

  #finish(code: codes, end?: () => void): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (this.#model !== undefined) this.#trailers.set('x-model', encodeURI(this.#model));
    const [name, requestId, { path }] = [codes[code], this.#requestId, this.#method];
    const counts = { requests: this.#requests, refused: this.#refused };
    const fields = { requestId, path, status: name, model: this.#model, ...counts };
    const milliseconds = millisecondsSince(this.#began);
    this.#options.log.info({ ...fields, milliseconds }, `gRPC ${path} ${name}`);
    if (end !== undefined) end();
    else if (code === codes.OK) this.#call.end(this.#trailers);
    for (const departure of this.#inside) departure.leave();
    this.#giveUpSending();
    this.#ended();
  }
}
