/** The calls that have something to send, and how much the other side will take: RFC 9113, section 5.2. */
import type { ClientStream } from './client-stream.ts';
import { ConnectionError } from './connection-error.ts';
import type { Outbox } from './outbox.ts';
import { ErrorCode, largestWindowBytes, usualFrameBytes, usualWindowBytes } from './protocol-numbers.ts';

/** What a call sends in a row while others wait. */
const turnBytes = 256 * 1024;

/** Longer frames gain nothing. */
const longestFrameBytes = 64 * 1024;

export class SendQueue {
  readonly #outbox: Outbox;
  /** In the order of their turns. */
  readonly #streams = new Set<ClientStream>();
  #window = usualWindowBytes;
  #frameBytes = usualFrameBytes;

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  /** @param bytes of a frame, at most, as the other side says */
  set frameBytes(bytes: number) {
    this.#frameBytes = Math.min(bytes, longestFrameBytes);
  }

  /** Its first turn is now when nobody waits. */
  add(stream: ClientStream): void {
    if (this.#streams.size === 0) this.#giveTurn(stream);
    if (stream.remaining > 0) this.#streams.add(stream);
  }

  remove(stream: ClientStream): void {
    this.#streams.delete(stream);
  }

  /** For all calls together. @throws ConnectionError */
  widen(bytes: number): void {
    this.#window = widened(this.#window, bytes);
  }

  /** Sends what may be sent now. */
  pump(): void {
    // A call that has had its turn comes to the end of the set, and so is met again by this loop.
    for (const stream of this.#streams) {
      if (this.#window <= 0 || this.#outbox.isFull) return;
      if (stream.window <= 0) continue;
      this.#giveTurn(stream);
      this.#streams.delete(stream);
      if (stream.remaining > 0) this.#streams.add(stream);
    }
  }

  #giveTurn(stream: ClientStream): void {
    let left = turnBytes;
    while (left > 0 && !this.#outbox.isFull) {
      const bytes = Math.min(stream.remaining, stream.window, this.#window, this.#frameBytes);
      if (bytes <= 0) return;
      stream.sendTo(this.#outbox, bytes);
      this.#window -= bytes;
      left -= bytes;
    }
  }
}

/** @throws ConnectionError beyond what a window can be */
export function widened(window: number, bytes: number): number {
  const wider = window + bytes;
  if (wider <= largestWindowBytes) return wider;
  throw new ConnectionError(ErrorCode.flowControlError, `a window of ${wider} bytes`);
}
