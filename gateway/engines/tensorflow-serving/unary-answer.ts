/** The answer to a gRPC call as it comes in: headers, the frame of one message, trailers. */
import type { IncomingHttpHeaders, IncomingHttpStatusHeader } from 'node:http2';
import { BackendFault } from './backend-fault.ts';
import { faultOfHttpStatus, faultOfStatus } from './grpc-fault.ts';

/** One byte that says whether the message is compressed, four for its length. */
const frameHeadBytes = 5;

const unknownStatus = 2;

export class UnaryAnswer {
  /** The first headers; they hold the status too when nothing else comes. */
  headers: (IncomingHttpHeaders & IncomingHttpStatusHeader) | undefined;
  trailers: IncomingHttpHeaders | undefined;
  readonly #limit: number;
  readonly #chunks: Buffer[] = [];
  #length = 0;
  #isFrameHeadChecked = false;

  /** @param limit of the message, in bytes */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** gRPC's, which says that the answer is complete; an answer without one broke off, or is not gRPC's. */
  get status(): number | undefined {
    const status = this.#header('grpc-status');
    if (status === undefined) return undefined;
    return /^\d{1,9}$/.test(status) ? Number(status) : unknownStatus;
  }

  /** @throws BackendFault `failed` as soon as it is clear that nobody can use the message */
  take(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    // Whatever the head of the frame says.
    if (this.#length > frameHeadBytes + this.#limit) throw this.#tooLong();
    if (this.#isFrameHeadChecked || this.#length < frameHeadBytes) return;
    this.#isFrameHeadChecked = true;
    const frame = this.#frame();
    if (frame[0] !== 0) throw new BackendFault('failed', 'the answer is compressed, which nobody asked for');
    if (frame.readUInt32BE(1) > this.#limit) throw this.#tooLong();
  }

  /**
   * Once the stream has ended.
   *
   * @throws BackendFault when the backend says that there is none, and `failed` when it is not exactly one
   */
  message(): Buffer {
    const { status } = this;
    if (status === undefined) throw faultOfHttpStatus(this.headers?.[':status'] ?? 0);
    if (status !== 0) throw faultOfStatus(status, this.#header('grpc-message') ?? '');
    const frame = this.#frame();
    if (frame.length < frameHeadBytes) throw new BackendFault('failed', 'an answer without a message');
    const expected = frameHeadBytes + frame.readUInt32BE(1);
    if (frame.length < expected) throw new BackendFault('failed', 'the message of the answer is cut off');
    if (frame.length > expected) throw new BackendFault('failed', 'the answer has more than one message');
    return frame.subarray(frameHeadBytes);
  }

  #header(name: string): string | undefined {
    return (this.trailers?.[name] ?? this.headers?.[name])?.toString();
  }

  #tooLong(): BackendFault {
    return new BackendFault('failed', `the answer is longer than ${this.#limit} bytes`);
  }

  #frame(): Buffer {
    const [first, second] = this.#chunks;
    return first !== undefined && second === undefined ? first : Buffer.concat(this.#chunks, this.#length);
  }
}
