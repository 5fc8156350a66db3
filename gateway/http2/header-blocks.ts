/** Puts the frames of a block of headers together, between which nothing else may come: RFC 9113, section 6.10. */
import { ConnectionError } from './connection-error.ts';
import { headersContent, type Frame } from './frame-reader.ts';
import { HeaderBlockReader, type Headers } from './header-block-reader.ts';
import { ErrorCode, Flag, FrameType } from './protocol-numbers.ts';

/** Of a block, as it comes. */
const mostBytes = 64 * 1024;

/** Frames may be empty, and their number is not bounded by their bytes. */
const mostFrames = 16;

interface OpenBlock {
  readonly stream: number;
  readonly isLast: boolean;
  readonly pieces: readonly Buffer[];
}

export interface HeadersOfStream {
  readonly stream: number;
  readonly headers: Headers;
  /** Whether nothing follows on the stream. */
  readonly isLast: boolean;
}

export class HeaderBlocks {
  readonly #reader = new HeaderBlockReader();
  #open: OpenBlock | undefined;

  /** Of every frame that is no data. @throws ConnectionError */
  take(frame: Frame): HeadersOfStream | undefined {
    const { type, flags, stream } = frame;
    const open = this.#open;
    if ((type === FrameType.continuation) !== (open !== undefined)) throw interrupted();
    if (open !== undefined) {
      if (stream !== open.stream) throw interrupted();
      return this.#goOn(open, frame.payload, flags);
    }
    if (type !== FrameType.headers) return undefined;
    const isLast = (flags & Flag.endStream) !== 0;
    return this.#goOn({ stream, isLast, pieces: [] }, headersContent(frame), flags);
  }

  /** Of every frame of data. @throws ConnectionError */
  checkNoneIsOpen(): void {
    if (this.#open !== undefined) throw interrupted();
  }

  /** @param piece what a frame adds to the block */
  #goOn(
    { stream, isLast, pieces: earlier }: OpenBlock,
    piece: Buffer,
    flags: number,
  ): HeadersOfStream | undefined {
    if ((flags & Flag.endHeaders) !== 0) {
      this.#open = undefined;
      const whole = earlier.length === 0 ? piece : Buffer.concat([...earlier, piece]);
      return { stream, isLast, headers: this.#reader.read(whole) };
    }
    // What came is overwritten by what comes.
    const pieces = [...earlier, Buffer.from(piece)];
    const bytes = pieces.reduce((sum, { length }) => sum + length, 0);
    if (pieces.length >= mostFrames || bytes > mostBytes) {
      throw new ConnectionError(ErrorCode.enhanceYourCalm, 'headers without end');
    }
    this.#open = { stream, isLast, pieces };
    return undefined;
  }
}

const interrupted = (): ConnectionError =>
  new ConnectionError(ErrorCode.protocolError, 'a block of headers that is interrupted');
