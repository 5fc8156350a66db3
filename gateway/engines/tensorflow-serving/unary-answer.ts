/** The answer to a gRPC call as it comes in: headers, the frame of one message, trailers. */
import type { Headers } from '../../http2/header-block-reader.ts';
import { leastSpareBytes, type SpareBuffers } from '../../spare-buffers.ts';
import { BackendFault } from './backend-fault.ts';
import { faultOfHttpStatus, faultOfStatus } from './grpc-fault.ts';
import { frameHeadBytes } from './message-frame.ts';

const unknownStatus = 2;

const nothing = Buffer.alloc(0);

export class UnaryAnswer {
  /** The first headers; they hold the status too when nothing else comes. */
  #headers: Headers | undefined;
  #trailers: Headers | undefined;
  readonly #limit: number;
  readonly #spare: SpareBuffers;
  /** Grows as it comes: a piece for every chunk would cost many times as much when these are small. */
  #memory: Buffer = nothing;
  #length = 0;
  #isFrameHeadChecked = false;

  /** @param limit of the message, in bytes */
  constructor(limit: number, spare: SpareBuffers) {
    this.#limit = limit;
    this.#spare = spare;
  }

  /** gRPC's, which says that the answer is complete; an answer without one broke off, or is not gRPC's. */
  get #status(): number | undefined {
    const status = this.#header('grpc-status');
    if (status === undefined) return undefined;
    return /^\d{1,9}$/.test(status) ? Number(status) : unknownStatus;
  }

  get hasBegun(): boolean {
    return this.#headers !== undefined;
  }

  /** Those at the beginning, then those at the end. */
  takeHeaders(headers: Headers): void {
    if (this.#headers === undefined) this.#headers = headers;
    else this.#trailers = headers;
  }

  /**
   * @param chunk may be overwritten afterwards
   * @throws BackendFault `failed` as soon as it is clear that nobody can use the message
   */
  take(chunk: Buffer): void {
    // Whoever gives it is no server of gRPC; the number says enough.
    if (this.#headers?.get(':status') !== '200') return;
    const length = this.#length + chunk.length;
    // Whatever the head of the frame says.
    if (length > frameHeadBytes + this.#limit) throw this.#tooLong();
    if (length > this.#memory.length) this.#grow(length);
    this.#memory.set(chunk, this.#length);
    this.#length = length;
    if (this.#isFrameHeadChecked || this.#length < frameHeadBytes) return;
    this.#isFrameHeadChecked = true;
    const frame = this.#frame();
    if (frame[0] !== 0) throw new BackendFault('failed', 'the answer is compressed, which nobody asked for');
    if (frame.readUInt32BE(1) > this.#limit) throw this.#tooLong();
  }

  /**
   * Once the stream has ended. Its bytes are overwritten after `release`.
   *
   * @throws BackendFault when the backend says that there is none, and `failed` when it is not exactly one
   */
  message(): Buffer {
    const status = this.#status;
    if (status === undefined) throw faultOfHttpStatus(Number(this.#headers?.get(':status') ?? 0));
    if (status !== 0) throw faultOfStatus(status, this.#header('grpc-message') ?? '');
    const frame = this.#frame();
    if (frame.length < frameHeadBytes) throw new BackendFault('failed', 'an answer without a message');
    const expected = frameHeadBytes + frame.readUInt32BE(1);
    if (frame.length < expected) throw new BackendFault('failed', 'the message of the answer is cut off');
    if (frame.length > expected) throw new BackendFault('failed', 'the answer has more than one message');
    return frame.subarray(frameHeadBytes);
  }

  /** When nobody reads the message any more, nor adds to it. */
  release(): void {
    const memory = this.#memory;
    this.#memory = nothing;
    this.#length = 0;
    if (memory !== nothing) this.#spare.give(memory);
  }

  #header(name: string): string | undefined {
    return this.#trailers?.get(name) ?? this.#headers?.get(name);
  }

  #tooLong(): BackendFault {
    return new BackendFault('failed', `the answer is longer than ${this.#limit} bytes`);
  }

  #grow(least: number): void {
    const most = least <= this.#announced ? this.#announced : frameHeadBytes + this.#limit;
    const memory = this.#spare.take(Math.max(least, leastSpareBytes, Math.min(2 * this.#length, most)));
    memory.set(this.#frame());
    if (this.#memory !== nothing) this.#spare.give(this.#memory);
    this.#memory = memory;
  }

  /** Bytes of the whole frame; zero until its head has come. */
  get #announced(): number {
    return this.#isFrameHeadChecked ? frameHeadBytes + this.#memory.readUInt32BE(1) : 0;
  }

  #frame(): Buffer {
    return this.#memory.subarray(0, this.#length);
  }
}
