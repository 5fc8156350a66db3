/** Writes protobuf messages as a list of chunks, so that large tensors are copied once only, at the end, or never. */

type WireType = 0 | 1 | 2 | 5;

const smallestSharedChunk = 1024;
const firstBlockBytes = 128;
const largestBlockBytes = 32 * 1024;
const largestFieldNumber = 2 ** 29 - 1;
/** Protobuf readers refuse longer messages. */
const largestMessageBytes = 2 ** 31 - 1;

/**
 * Appends fields in call order; every method returns the writer, so calls chain.
 *
 * Fields are written even when they hold their default (0, '', empty), because in ONNX presence carries meaning; only
 * the empty packed list writes nothing, which is how protobuf itself spells it.
 * Byte arrays of 1 KiB and more are kept by reference until `finish`, and beyond `pieces`: do not change them meanwhile.
 *
 * @throws RangeError for a field number outside 1…2^29−1, a number that is not an integer of 64 bits, or a message
 * longer than 2 GiB.
 */
export class ProtobufWriter {
  #chunks: Uint8Array[] = [];
  /** Out of Node.js's pool, since most messages are short and have others within. */
  #block: Uint8Array = Buffer.allocUnsafe(firstBlockBytes);
  #nextBlockBytes = firstBlockBytes * 2;
  #used = 0;
  #chunkBytes = 0;

  /** Bytes written so far. */
  get length(): number {
    return this.#chunkBytes + this.#used;
  }

  /** `int32`, `int64`, `uint32`, `uint64` and enumerations; a negative value takes ten bytes, as protobuf has it. */
  varint(field: number, value: number | bigint): this {
    this.#tag(field, 0);
    this.#varint(value);
    return this;
  }

  boolean(field: number, value: boolean): this {
    return this.varint(field, value ? 1 : 0);
  }

  float(field: number, value: number): this {
    this.#fixed(field, 4).setFloat32(0, value, true);
    return this;
  }

  double(field: number, value: number): this {
    this.#fixed(field, 8).setFloat64(0, value, true);
    return this;
  }

  /** `fixed32`: the low 32 bits of an unsigned value. */
  fixed32(field: number, value: number): this {
    this.#fixed(field, 4).setUint32(0, value, true);
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    this.#tag(field, 2);
    this.#varint(value.length);
    this.#append(value);
    return this;
  }

  string(field: number, value: string): this {
    return this.bytes(field, Buffer.from(value));
  }

  strings(field: number, values: Iterable<string>): this {
    for (const value of values) this.string(field, value);
    return this;
  }

  /** A nested message: `write` fills it. */
  message(field: number, write: (writer: ProtobufWriter) => void): this {
    const nested = new ProtobufWriter();
    write(nested);
    return this.#nested(field, nested);
  }

  /** The head of a nested message whose fields follow, for those who know its length in bytes beforehand. */
  messageHead(field: number, length: number): this {
    this.#tag(field, 2);
    this.#varint(length);
    return this;
  }

  packedIntegers(field: number, values: Iterable<number | bigint>): this {
    const packed = new ProtobufWriter();
    for (const value of values) packed.#varint(value);
    return packed.length === 0 ? this : this.#nested(field, packed);
  }

  packedFloats(field: number, values: ArrayLike<number>): this {
    if (values.length === 0) return this;
    const packed = new Uint8Array(values.length * 4);
    const view = new DataView(packed.buffer);
    for (let index = 0; index < values.length; index += 1)
      view.setFloat32(index * 4, values[index] ?? 0, true);
    return this.bytes(field, packed);
  }

  packedDoubles(field: number, values: ArrayLike<number>): this {
    if (values.length === 0) return this;
    const packed = new Uint8Array(values.length * 8);
    const view = new DataView(packed.buffer);
    for (let index = 0; index < values.length; index += 1)
      view.setFloat64(index * 8, values[index] ?? 0, true);
    return this.bytes(field, packed);
  }

  /** The whole message in one array of its own. */
  finish(): Uint8Array {
    const pieces = this.pieces();
    const message = new Uint8Array(this.#chunkBytes);
    let at = 0;
    for (const piece of pieces) {
      message.set(piece, at);
      at += piece.length;
    }
    return message;
  }

  /** The whole message in pieces, the large byte arrays among them as they were given. Call it last, and once. */
  pieces(): readonly Uint8Array[] {
    if (this.length > largestMessageBytes) {
      throw new RangeError(
        `A protobuf message of ${this.length} bytes is longer than the 2 GiB its readers accept.`,
      );
    }
    this.#seal();
    return this.#chunks;
  }

  #tag(field: number, wireType: WireType): void {
    if (!Number.isInteger(field) || field < 1 || field > largestFieldNumber) {
      throw new RangeError(`${field} is not a protobuf field number.`);
    }
    this.#varint(field * 8 + wireType);
  }

  /** Begins a value of fixed length and returns the place it goes to. */
  #fixed(field: number, count: 4 | 8): DataView {
    this.#tag(field, count === 4 ? 5 : 1);
    const at = this.#reserve(count);
    return new DataView(this.#block.buffer, this.#block.byteOffset + at, count);
  }

  #varint(value: number | bigint): void {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) {
      let rest = value;
      while (rest > 0x7f) {
        this.#byte((rest % 128) | 0x80);
        rest = Math.floor(rest / 128);
      }
      this.#byte(rest);
      return;
    }
    if (typeof value === 'number' && !Number.isSafeInteger(value)) {
      throw new RangeError(`${value} cannot be written as an integer.`);
    }
    const wide = BigInt(value);
    if (wide < -(2n ** 63n) || wide >= 2n ** 64n)
      throw new RangeError(`${wide.toString()} needs more than 64 bits.`);
    let rest = BigInt.asUintN(64, wide);
    while (rest > 0x7fn) {
      this.#byte(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.#byte(Number(rest));
  }

  #byte(value: number): void {
    const at = this.#reserve(1);
    this.#block[at] = value;
  }

  /** Makes room for `count` bytes (128 at most) in the current block and returns where they start. */
  #reserve(count: number): number {
    if (this.#used + count > this.#block.length) {
      this.#seal();
      this.#block = Buffer.allocUnsafe(this.#nextBlockBytes);
      this.#nextBlockBytes = Math.min(this.#nextBlockBytes * 2, largestBlockBytes);
      this.#used = 0;
    }
    const at = this.#used;
    this.#used += count;
    return at;
  }

  #append(value: Uint8Array): void {
    if (value.length >= smallestSharedChunk) {
      this.#seal();
      this.#chunks.push(value);
      this.#chunkBytes += value.length;
      return;
    }
    if (value.length <= firstBlockBytes) {
      const at = this.#reserve(value.length);
      this.#block.set(value, at);
      return;
    }
    for (let from = 0; from < value.length;) {
      const count = Math.min(firstBlockBytes, value.length - from);
      const at = this.#reserve(count);
      this.#block.set(value.subarray(from, from + count), at);
      from += count;
    }
  }

  #nested(field: number, nested: ProtobufWriter): this {
    this.#tag(field, 2);
    this.#varint(nested.length);
    nested.#seal();
    for (const chunk of nested.#chunks) this.#append(chunk);
    return this;
  }

  /** Moves the written part of the block to the chunk list; the rest of the block stays in use. */
  #seal(): void {
    if (this.#used === 0) return;
    this.#chunks.push(this.#block.subarray(0, this.#used));
    this.#chunkBytes += this.#used;
    this.#block = this.#block.subarray(this.#used);
    this.#used = 0;
  }
}
