/** A connection that reads what it was given only when the test lets it send. */
import type { Outlet } from '../../gateway/http2/outbox.ts';

export class SlowOutlet implements Outlet {
  readonly sent: Buffer[] = [];
  /** In which bytes have come. */
  readonly memories = new Set<ArrayBufferLike>();
  readonly #waiting: { readonly bytes: Uint8Array; readonly written: () => void }[] = [];

  get pieces(): number {
    return this.#waiting.length;
  }

  get writableLength(): number {
    return this.#waiting.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  write(bytes: Uint8Array, written: () => void): void {
    this.memories.add(bytes.buffer);
    this.#waiting.push({ bytes, written });
  }

  sendOne(): void {
    const piece = this.#waiting.shift();
    if (piece === undefined) return;
    this.sent.push(Buffer.from(piece.bytes));
    piece.written();
  }
}
