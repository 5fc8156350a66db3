/** Where the kernel finds the rows of a picture: in its room already, or copied beside the tables, as many as fit. */
import type { MemoryLayout } from './memory-layout.ts';

export interface RowSource {
  /** RGB, row by row from the top, without padding. */
  readonly elements: Uint8Array;
  /** Of a whole row, in bytes. */
  readonly stride: number;
}

export interface KernelRows {
  hasRoomForTwo(): boolean;
  /** Forgets the rows that were asked for. */
  clear(): void;
  /** Address of the part that is looked at of a row, which must be one of the last two or lie below them. */
  addressOf(row: number): number;
}

/** @param start address of the picture's first pixel. */
export function rowsInPlace(start: number, stride: number, { rowStart }: MemoryLayout): KernelRows {
  return {
    hasRoomForTwo: () => true,
    clear: () => undefined,
    addressOf: (row) => start + row * stride + rowStart,
  };
}

export class RowStripe implements KernelRows {
  readonly #memory: Uint8Array;
  readonly #layout: MemoryLayout;
  readonly #source: RowSource;
  #free: number;
  /** The two rows that were copied last. */
  #before = -1;
  #last = -1;

  constructor(memory: Uint8Array, layout: MemoryLayout, source: RowSource) {
    this.#memory = memory;
    this.#layout = layout;
    this.#source = source;
    this.#free = layout.stripe;
  }

  hasRoomForTwo(): boolean {
    return this.#free + 2 * this.#layout.rowBytes <= this.#layout.stripeEnd;
  }

  clear(): void {
    this.#free = this.#layout.stripe;
    this.#before = -1;
    this.#last = -1;
  }

  addressOf(row: number): number {
    const { rowBytes, rowStart } = this.#layout;
    if (row === this.#last) return this.#free - rowBytes;
    if (row === this.#before) return this.#free - 2 * rowBytes;
    const { elements, stride } = this.#source;
    const at = row * stride + rowStart;
    const address = this.#free;
    this.#memory.set(elements.subarray(at, at + rowBytes), address);
    this.#free += rowBytes;
    this.#before = this.#last;
    this.#last = row;
    return address;
  }
}
