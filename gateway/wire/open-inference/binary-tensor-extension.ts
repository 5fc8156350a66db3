/** The binary tensor extension over REST: a JSON head, and the tensors' bytes behind it. */
import { invalid } from './infer-request.ts';

/** The header of a request and of an answer that says how many bytes of the body are JSON. */
export const headLengthHeader = 'Inference-Header-Content-Length';

/**
 * @param header the value of the header
 * @throws ServingError `invalid-input` for what is no whole number from 0 on
 */
export function readHeadLength(header: string): number {
  const length = /^\d{1,15}$/.test(header.trim()) ? Number(header) : NaN;
  if (Number.isSafeInteger(length)) return length;
  throw invalid(`The header ${headLengthHeader} must be the number of bytes of the JSON, such as 120.`);
}

export interface SplitBody {
  readonly head: Buffer;
  readonly tail: Buffer;
}

/** @throws ServingError `invalid-input` when the body ends before the JSON does */
export function splitBody(body: Buffer, headLength: number): SplitBody {
  if (headLength > body.byteLength) {
    throw invalid(
      `The header ${headLengthHeader} says ${headLength} bytes of JSON; the whole body has ${body.byteLength}.`,
    );
  }
  return { head: body.subarray(0, headLength), tail: body.subarray(headLength) };
}

/** Hands the bytes behind the JSON out, input by input. */
export class TailReader {
  readonly #tail: Buffer;
  #at = 0;

  constructor(tail: Buffer) {
    this.#tail = tail;
  }

  get isEmpty(): boolean {
    return this.#tail.byteLength === 0;
  }

  get bytesLeft(): number {
    return this.#tail.byteLength - this.#at;
  }

  /** @throws ServingError `invalid-input` when so many are not left */
  take(size: unknown, title: string): Buffer {
    if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
      throw invalid(`"binary_data_size" of ${title} must be a whole number of bytes from 0 on.`);
    }
    if (size > this.bytesLeft) {
      throw invalid(
        `"binary_data_size" of ${title} is ${size}; ${this.bytesLeft} bytes are left behind the JSON.`,
      );
    }
    this.#at += size;
    return this.#tail.subarray(this.#at - size, this.#at);
  }

  /** @throws ServingError `invalid-input` when bytes are left that no input has asked for */
  requireEnd(): void {
    if (this.bytesLeft === 0) return;
    throw invalid(`${this.bytesLeft} bytes are behind the JSON that no input says to be its own.`);
  }
}
