/** The memory a worker decodes its pictures into, one after the other. */

/** Room for five megapixels; a larger one is left to the collector, so that one photo does not stay for ever. */
const mostKeptBytes = 16 * 1024 * 1024;
/** Smaller pixels may lie in memory that Node shares among many buffers. */
const leastKeptBytes = 64 * 1024;

/**
 * Without it every picture leaves half a megabyte to the collector, which a thread with a small heap seldom calls.
 * Whoever takes the offer must be done with the pixels of the picture before.
 */
export class PixelScratch {
  readonly #room: () => Uint8Array | undefined;
  #memory: Uint8Array | undefined;

  /** @param room where pixels lie best, as long as they fit; another view whenever its memory has grown. */
  constructor(room: () => Uint8Array | undefined = () => undefined) {
    this.#room = room;
  }

  /** The best one first. */
  offer(): readonly Uint8Array[] {
    return [this.#room(), this.#memory].filter((memory) => memory !== undefined);
  }

  /** Keeps the memory behind these pixels when it is larger than what there is, and not too large. */
  keep(pixels: Uint8Array): void {
    const { buffer } = pixels;
    if (buffer === this.#room()?.buffer) return;
    const kept = this.#memory?.byteLength ?? leastKeptBytes;
    if (buffer.byteLength > kept && buffer.byteLength <= mostKeptBytes) this.#memory = new Uint8Array(buffer);
  }
}
