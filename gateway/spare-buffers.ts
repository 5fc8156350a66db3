/** Memory that is used again, for bytes that come and go with every request: as garbage it would call for full collections. */

/** Fewer bytes cost a collection nothing. */
export const leastSpareBytes = 16 * 1024;
const mostBytes = 1024 * 1024;
const mostSpare = 16;
/** A small body shall not take the memory that a large one will ask for. */
const mostTooLarge = 4;

export class SpareBuffers {
  readonly #spare: ArrayBuffer[] = [];

  /** @returns so many bytes, at the beginning of their own memory, with anything in them */
  take(bytes: number): Buffer {
    const index = this.#spare.findIndex(
      ({ byteLength }) => byteLength >= bytes && byteLength <= bytes * mostTooLarge,
    );
    const memory = index < 0 ? undefined : this.#spare[index];
    if (memory === undefined) return Buffer.allocUnsafeSlow(bytes);
    this.#spare.splice(index, 1);
    return Buffer.from(memory, 0, bytes);
  }

  /** Only what `take` gave, and only when nobody reads or writes it any more. */
  give({ buffer }: Buffer): void {
    // Memory that has been given to another thread has no length here.
    if (
      !(buffer instanceof ArrayBuffer) ||
      buffer.byteLength < leastSpareBytes ||
      buffer.byteLength > mostBytes
    ) {
      return;
    }
    if (this.#spare.length === mostSpare) this.#spare.shift();
    if (!this.#spare.includes(buffer)) this.#spare.push(buffer);
  }
}
