/** Repeated numbers of a message as typed arrays: floats as one piece of memory, integers without a value for each. */
import type { NumericElements } from '../domain/tensor.ts';
import { MalformedBytes } from './malformed-bytes.ts';
import type { ProtobufField } from './protobuf-reader.ts';
import type { WireType } from './wire-cursor.ts';

/** Every processor that Node.js runs on here keeps the low half of an integer of 64 bits first, as `BigInt64Array` does. */
const wordsPerInteger = 2;
const mostVarintBytes = 10;

/** The bytes of one repeated field, whether its numbers came packed, one by one or both. */
export class RepeatedNumbers {
  #bytes: Uint8Array = new Uint8Array();
  #length = 0;

  /**
   * @param single the wire type of a number that comes alone
   * @throws MalformedBytes
   */
  add(field: ProtobufField, single: WireType): void {
    const piece = field.contents();
    if (field.wireType !== 'bytes' && field.wireType !== single) {
      throw new MalformedBytes(
        `Field ${field.number} is written as ${field.wireType}, which holds no number.`,
      );
    }
    if (piece.length === 0) return;
    if (this.#length === 0) this.#bytes = piece;
    else this.#append(piece);
    this.#length += piece.length;
  }

  /** The numbers packed behind each other; a view of the message where they came so. */
  get packed(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Room doubles, so that numbers that come one by one are moved a few times only; a view has none left. */
  #append(piece: Uint8Array): void {
    const needed = this.#length + piece.length;
    if (this.#bytes.length < needed) {
      const larger = new Uint8Array(2 * needed);
      larger.set(this.packed);
      this.#bytes = larger;
    }
    this.#bytes.set(piece, this.#length);
  }
}

/** @throws MalformedBytes */
export function unpackFloats(packed: Uint8Array): Float32Array {
  const floats = new Float32Array(countOf(packed, Float32Array.BYTES_PER_ELEMENT, 'half a float'));
  // A copy, since a typed array needs an aligned place. Every processor that Node.js runs on here has this byte order.
  new Uint8Array(floats.buffer).set(packed);
  return floats;
}

/** @throws MalformedBytes */
export function unpackDoubles(packed: Uint8Array): Float64Array {
  const doubles = new Float64Array(countOf(packed, Float64Array.BYTES_PER_ELEMENT, 'half a double'));
  new Uint8Array(doubles.buffer).set(packed);
  return doubles;
}

function countOf(packed: Uint8Array, size: number, fault: string): number {
  if (packed.length % size === 0) return packed.length / size;
  throw new MalformedBytes(`There is ${fault} at the end of packed numbers.`);
}

/** @throws MalformedBytes */
export const unpackInt64 = (packed: Uint8Array): BigInt64Array => new BigInt64Array(wordsIn(packed).buffer);

/** @throws MalformedBytes */
export const unpackUint64 = (packed: Uint8Array): BigUint64Array =>
  new BigUint64Array(wordsIn(packed).buffer);

/**
 * Of longer integers the low 32 bits count, as in every reader of protobuf.
 *
 * @throws MalformedBytes
 */
export function unpackInt32(packed: Uint8Array): Int32Array {
  const words = wordsIn(packed);
  const integers = new Int32Array(words.length / wordsPerInteger);
  for (let index = 0; index < integers.length; index += 1)
    integers[index] = words[wordsPerInteger * index] ?? 0;
  return integers;
}

/**
 * As `unpackInt32`.
 *
 * @throws MalformedBytes
 */
export function unpackUint32(packed: Uint8Array): Uint32Array {
  return new Uint32Array(unpackInt32(packed).buffer);
}

/**
 * One byte each, 0 or 1.
 *
 * @throws MalformedBytes
 */
export function unpackBooleans(packed: Uint8Array): Uint8Array {
  const words = wordsIn(packed);
  const booleans = new Uint8Array(words.length / wordsPerInteger);
  for (let index = 0; index < booleans.length; index += 1) {
    const word = wordsPerInteger * index;
    booleans[index] = words[word] === 0 && words[word + 1] === 0 ? 0 : 1;
  }
  return booleans;
}

/** Each integer as its low and its high 32 bits. */
function wordsIn(packed: Uint8Array): Uint32Array {
  const words = new Uint32Array(wordsPerInteger * varintCount(packed));
  let at = 0;
  for (let word = 0; word < words.length; word += wordsPerInteger) {
    let low = 0;
    let high = 0;
    let byte = 0x80;
    for (let shift = 0; byte >= 0x80; shift += 7) {
      if (shift === 7 * mostVarintBytes) throw new MalformedBytes('A packed integer has more than 64 bits.');
      byte = packed[at] ?? 0;
      at += 1;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift > 28) high |= bits << (shift - 32);
      else {
        low |= bits << 28;
        high |= bits >> 4;
      }
    }
    words[word] = low;
    words[word + 1] = high;
  }
  return words;
}

/** Each ends with the first byte below 128. */
function varintCount(packed: Uint8Array): number {
  if ((packed.at(-1) ?? 0) >= 0x80) throw new MalformedBytes('The last packed integer has no end.');
  let count = 0;
  for (let at = 0; at < packed.length; at += 1) if ((packed[at] ?? 0) < 0x80) count += 1;
  return count;
}

/** Integers of any width, as a typed array holds them. */
export type IntegerElements = Exclude<NumericElements, Float32Array | Float64Array>;

/** The varints of integers behind each other; a negative one takes ten bytes, as protobuf has it. */
export function packIntegers(integers: IntegerElements): Uint8Array {
  const words = wordsOf(integers);
  const packed = new Uint8Array(packedLength(words));
  let at = 0;
  for (let word = 0; word < words.length; word += wordsPerInteger) {
    let low = words[word] ?? 0;
    let high = words[word + 1] ?? 0;
    while (high !== 0 || low >= 0x80) {
      packed[at] = (low & 0x7f) | 0x80;
      at += 1;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    packed[at] = low;
    at += 1;
  }
  return packed;
}

function wordsOf(integers: IntegerElements): Uint32Array {
  if (integers instanceof BigInt64Array || integers instanceof BigUint64Array) {
    return new Uint32Array(integers.buffer, integers.byteOffset, wordsPerInteger * integers.length);
  }
  const words = new Uint32Array(wordsPerInteger * integers.length);
  for (let index = 0; index < integers.length; index += 1) {
    const value = integers[index] ?? 0;
    words[wordsPerInteger * index] = value;
    words[wordsPerInteger * index + 1] = value < 0 ? -1 : 0;
  }
  return words;
}

function packedLength(words: Uint32Array): number {
  let length = 0;
  for (let word = 0; word < words.length; word += wordsPerInteger) {
    const high = words[word + 1] ?? 0;
    const bits = high === 0 ? 32 - Math.clz32(words[word] ?? 0) : 64 - Math.clz32(high);
    length += bits === 0 ? 1 : Math.ceil(bits / 7);
  }
  return length;
}
