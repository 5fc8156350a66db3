/** Steps through a pickle's bytes: little-endian numbers, counted texts and lines, each checked before it is read. */
import { MalformedBytes } from '../../../gateway/protobuf/malformed-bytes.ts';
import { BytesEndEarly } from './bytes-end-early.ts';

/** A line holds a module's, a class's or a number's name. */
const longestLine = 1000;
/** A byte that is no UTF-8 spoils at most a name, never the file. */
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
const newline = 0x0a;

export class PickleCursor {
  at: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = at;
  }

  uint8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }

  /** @throws MalformedBytes beyond 2^53 − 1, which no length reaches. */
  uint64(): number {
    const value = this.#view.getBigUint64(this.#take(8), true);
    if (value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
    throw new MalformedBytes(`The length before byte ${this.at} is ${value}.`);
  }

  /** Pickles keep floats big-endian, unlike everything else. */
  float64(): number {
    return this.#view.getFloat64(this.#take(8), false);
  }

  /** A two's complement number of `length` bytes; a bigint only beyond ±(2^53 − 1). */
  long(length: number): number | bigint {
    const start = this.#take(length);
    const digits = Buffer.from(this.#bytes.subarray(start, start + length))
      .reverse()
      .toString('hex');
    const value = BigInt.asIntN(8 * length, BigInt(`0x0${digits}`));
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }

  /** `length` bytes as a text. */
  text(length: number): string {
    const start = this.#take(length);
    return utf8.decode(this.#bytes.subarray(start, start + length));
  }

  /** The text up to the next line break, which is stepped over. */
  line(): string {
    const end = this.#bytes.subarray(this.at, this.at + longestLine).indexOf(newline);
    if (end >= 0) {
      const text = this.text(end);
      this.#take(1);
      return text;
    }
    if (this.at + longestLine <= this.#bytes.length) {
      throw new MalformedBytes(`The line at byte ${this.at} does not end.`);
    }
    throw new BytesEndEarly(this.#bytes.length + 1, this.#bytes.length);
  }

  #take(length: number): number {
    const start = this.at;
    if (length > this.#bytes.length - start) throw new BytesEndEarly(start + length, this.#bytes.length);
    this.at = start + length;
    return start;
  }
}
