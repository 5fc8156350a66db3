/** A random sample of a stream whose length nobody knows, the same one in every run. */

/** Every item of the stream is kept with the same chance (Vitter 1985, algorithm R). */
export class Reservoir<Item> {
  readonly #size: number;
  readonly #random: () => number;
  readonly #kept: { readonly position: number; readonly item: Item }[] = [];
  #seen = 0;

  constructor(size: number, seed: number) {
    this.#size = size;
    this.#random = seededRandom(seed);
  }

  add(item: Item): void {
    const position = this.#seen;
    this.#seen += 1;
    const place = position < this.#size ? position : Math.floor(this.#random() * this.#seen);
    if (place < this.#size) this.#kept[place] = { position, item };
  }

  /** In the order in which they came. */
  get items(): readonly Item[] {
    return [...this.#kept].sort((left, right) => left.position - right.position).map(({ item }) => item);
  }
}

/** Numbers in [0, 1) from 32-bit integers alone (Mulberry32), so that every machine draws the same sample. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
