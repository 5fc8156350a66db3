/** Reads protobuf messages field by field, strictly and without copying what they hold. */
import { MalformedBytes } from './malformed-bytes.ts';
import { WireCursor } from './wire-cursor.ts';
import type { WireType } from './wire-cursor.ts';

const decoder = new TextDecoder('utf-8', { fatal: true });

/** One field of a message; the methods interpret it and refuse a wire type that cannot hold what is asked for. */
export class ProtobufField {
  readonly number: number;
  readonly wireType: WireType;
  readonly #message: Uint8Array;
  readonly #start: number;
  readonly #end: number;

  constructor(tag: { number: number; wireType: WireType }, message: Uint8Array, start: number, end: number) {
    this.number = tag.number;
    this.wireType = tag.wireType;
    this.#message = message;
    this.#start = start;
    this.#end = end;
  }

  /** A signed 64-bit integer (`int32`, `int64`, enumerations); a bigint only beyond ±(2^53 − 1). */
  varint(): number | bigint {
    this.#expect('varint');
    return new WireCursor(this.#message, this.#start).varint();
  }

  /** As `varint`, for values that only make sense as numbers. */
  integer(): number {
    return this.#safe(this.varint());
  }

  /** As `varint`; of longer integers the low 32 bits count, as in every reader of protobuf. */
  int32(): number {
    const value = this.varint();
    return typeof value === 'number' ? value | 0 : Number(BigInt.asIntN(32, value));
  }

  boolean(): boolean {
    return this.varint() !== 0;
  }

  float(): number {
    return this.#view('fixed32').getFloat32(0, true);
  }

  double(): number {
    return this.#view('fixed64').getFloat64(0, true);
  }

  /** An unsigned 32-bit integer written as `fixed32`. */
  fixed32(): number {
    return this.#view('fixed32').getUint32(0, true);
  }

  /** An unsigned 64-bit integer written as `fixed64`. */
  fixed64(): bigint {
    return this.#view('fixed64').getBigUint64(0, true);
  }

  /** The contents as a view on the message: no copy. */
  bytes(): Uint8Array {
    this.#expect('bytes');
    return this.#message.subarray(this.#start, this.#end);
  }

  /** Its bytes, whatever the wire type: of a number, as it is encoded; of what has a length, without that. A view. */
  contents(): Uint8Array {
    return this.#message.subarray(this.#start, this.#end);
  }

  /** As `string`, but what is no UTF-8 becomes replacement characters, as generated readers have it. */
  text(): string {
    const { buffer, byteOffset, byteLength } = this.bytes();
    return Buffer.from(buffer, byteOffset, byteLength).toString();
  }

  string(): string {
    try {
      return decoder.decode(this.bytes());
    } catch (cause) {
      if (cause instanceof MalformedBytes) throw cause;
      throw new MalformedBytes(`Field ${this.number} is not a UTF-8 string.`);
    }
  }

  /** The fields of a nested message. */
  fields(): ProtobufFields {
    return readProtobuf(this.bytes());
  }

  /** A repeated integer, packed or one element of it. */
  varints(): (number | bigint)[] {
    if (this.wireType !== 'bytes') return [this.varint()];
    const values: (number | bigint)[] = [];
    const packed = this.bytes();
    const cursor = new WireCursor(packed, 0);
    while (cursor.at < packed.length) values.push(cursor.varint());
    return values;
  }

  integers(): number[] {
    return this.varints().map((value) => this.#safe(value));
  }

  floats(): number[] {
    if (this.wireType !== 'bytes') return [this.float()];
    const view = this.#packedView(4);
    return Array.from({ length: view.byteLength / 4 }, (_, index) => view.getFloat32(index * 4, true));
  }

  doubles(): number[] {
    if (this.wireType !== 'bytes') return [this.double()];
    const view = this.#packedView(8);
    return Array.from({ length: view.byteLength / 8 }, (_, index) => view.getFloat64(index * 8, true));
  }

  #view(wireType: WireType): DataView {
    this.#expect(wireType);
    return new DataView(
      this.#message.buffer,
      this.#message.byteOffset + this.#start,
      this.#end - this.#start,
    );
  }

  #packedView(size: number): DataView {
    const view = this.#view('bytes');
    if (view.byteLength % size !== 0) {
      throw new MalformedBytes(
        `Packed field ${this.number} holds ${view.byteLength} bytes, not a multiple of ${size}.`,
      );
    }
    return view;
  }

  #expect(wireType: WireType): void {
    if (this.wireType !== wireType) {
      throw new MalformedBytes(
        `Field ${this.number} is written as ${this.wireType} where ${wireType} belongs.`,
      );
    }
  }

  #safe(value: number | bigint): number {
    if (typeof value === 'number') return value;
    throw new MalformedBytes(`Field ${this.number} holds ${value.toString()}, beyond any sensible size.`);
  }
}

/** Steps through a message as it is asked for the next field: no generator, which takes longer than the reading. */
export class ProtobufFields implements IterableIterator<ProtobufField, undefined> {
  readonly #message: Uint8Array;
  readonly #cursor: WireCursor;

  constructor(message: Uint8Array) {
    this.#message = message;
    this.#cursor = new WireCursor(message, 0);
  }

  next(): IteratorResult<ProtobufField, undefined> {
    const cursor = this.#cursor;
    if (cursor.at >= this.#message.length) return { done: true, value: undefined };
    const tag = cursor.tag();
    const start = cursor.contents(tag.wireType);
    return { done: false, value: new ProtobufField(tag, this.#message, start, cursor.at) };
  }

  [Symbol.iterator](): this {
    return this;
  }
}

/**
 * The fields of a message, in the order they were written.
 *
 * @throws MalformedBytes on truncation, a varint of more than 64 bits, field number 0, or the wire types 3, 4 (the
 * abandoned groups), 6 and 7; reading stops there.
 */
export function readProtobuf(message: Uint8Array): ProtobufFields {
  return new ProtobufFields(message);
}
