/** Bytes that come piece by piece, copied together in memory that grows with what has come and not with what was promised. */
import { AnswerError } from './answer-error.ts';

/** Set aside before anything has come. */
const firstBytes = 1024 * 1024;
const growth = 4;

export class GatheredBytes {
  readonly #limit: number;
  /** Bytes that memory is set aside for at most. */
  readonly #most: number;
  #memory: Buffer;
  #length = 0;

  /**
   * @param limit bytes that there may be
   * @param promised bytes that there will be, if somebody says so
   * @throws AnswerError `too-long`
   */
  constructor(limit: number, promised = 0) {
    this.#limit = limit;
    this.#refuseBeyond(promised);
    this.#most = promised === 0 ? limit : promised;
    this.#memory = Buffer.allocUnsafe(Math.min(promised, firstBytes));
  }

  get length(): number {
    return this.#length;
  }

  get bytes(): Buffer {
    return this.#memory.subarray(0, this.#length);
  }

  /** @throws AnswerError `too-long` */
  add(bytes: Uint8Array): void {
    const length = this.#length + bytes.byteLength;
    if (length > this.#memory.byteLength) this.#grow(length);
    this.#memory.set(bytes, this.#length);
    this.#length = length;
  }

  #grow(least: number): void {
    this.#refuseBeyond(least);
    const ahead = Math.min(this.#most, growth * this.#memory.byteLength);
    const larger = Buffer.allocUnsafe(Math.max(least, ahead));
    larger.set(this.bytes);
    this.#memory = larger;
  }

  #refuseBeyond(bytes: number): void {
    if (bytes > this.#limit)
      throw new AnswerError('too-long', `the answer is longer than ${this.#limit} bytes`);
  }
}
