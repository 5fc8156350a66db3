/** A body that comes in chunks, each after its size (RFC 9112, section 7.1). */
import { AnswerError } from './answer-error.ts';
import { controls, readField } from './answer-head.ts';
import type { GatheredBytes } from './gathered-bytes.ts';

const lineFeed = 0x0a;
const sizeLine = /^(?<size>[\dA-Fa-f]{1,8})(?:[ \t]*;.*)?$/;
/** Of a size and what may follow it, and of all fields after the last chunk. */
const mostLineBytes = 4 * 1024;
const mostTrailerBytes = 16 * 1024;

export class Chunks {
  readonly #body: GatheredBytes;
  /** Which line comes next, after what is left of a chunk. */
  #next: 'size' | 'end of chunk' | 'trailer' = 'size';
  /** Bytes of the chunk that have not come yet. */
  #left = 0;
  /** What has come of a line. */
  #line = '';
  #trailerBytes = 0;

  constructor(body: GatheredBytes) {
    this.#body = body;
  }

  /**
   * @returns where the body ended in these bytes, undefined while it has not
   * @throws AnswerError
   */
  take(bytes: Buffer): number | undefined {
    let at = 0;
    while (at < bytes.length) {
      if (this.#left > 0) {
        const piece = bytes.subarray(at, at + this.#left);
        this.#body.add(piece);
        this.#left -= piece.length;
        at += piece.length;
        continue;
      }
      const end = bytes.indexOf(lineFeed, at) + 1;
      const hasEnded = end > 0;
      this.#line += bytes.toString('latin1', at, hasEnded ? end : bytes.length);
      at = hasEnded ? end : bytes.length;
      if (this.#line.length > mostLineBytes) throw malformed();
      if (hasEnded && this.#takeLine()) return at;
    }
    return undefined;
  }

  /** @returns whether it was the last line */
  #takeLine(): boolean {
    const line = this.#line;
    this.#line = '';
    if (!line.endsWith('\r\n')) throw malformed();
    const content = line.slice(0, -2);
    switch (this.#next) {
      case 'size':
        this.#begin(content);
        return false;
      case 'end of chunk':
        if (content !== '') throw malformed();
        this.#next = 'size';
        return false;
      case 'trailer':
        // Nobody has asked for the fields after the last chunk.
        this.#trailerBytes += line.length;
        if (this.#trailerBytes > mostTrailerBytes) throw malformed();
        if (content !== '') readField(content);
        return content === '';
    }
  }

  #begin(line: string): void {
    const size = sizeLine.exec(line)?.groups?.['size'];
    if (size === undefined || controls.test(line)) throw malformed();
    this.#left = Number.parseInt(size, 16);
    this.#next = this.#left === 0 ? 'trailer' : 'end of chunk';
  }
}

const malformed = (): AnswerError =>
  new AnswerError('malformed', 'the answer is no HTTP: its chunks are not cut as they should be');
