/** Cuts what comes over a connection into frames: RFC 9113, section 4.1. */
import { ConnectionError } from './connection-error.ts';
import {
  ErrorCode,
  Flag,
  frameHeadBytes,
  FrameType,
  numberBits,
  usualFrameBytes,
} from './protocol-numbers.ts';

export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  /** Overwritten after the call. */
  readonly payload: Buffer;
}

/** What one of these throws ends the reading. */
export interface FrameReceiver {
  /** @param bytes a part of what a data frame holds, without padding; overwritten after the call */
  onData(stream: number, bytes: Buffer): void;
  /** @param bytes that count for the windows, padding among them */
  onDataFrame(stream: number, bytes: number, isLast: boolean): void;
  /** Any other one. */
  onFrame(frame: Frame): void;
}

const nothing = Buffer.alloc(0);

export class FrameReader {
  readonly #receiver: FrameReceiver;
  readonly #head = Buffer.alloc(frameHeadBytes);
  #headBytes = 0;
  #type = 0;
  #flags = 0;
  #stream = 0;
  #length = 0;
  /** What has not come of the payload. */
  #missing = 0;
  /** Of that, what follows the content; undefined until its length has come. */
  #padding: number | undefined;
  /** Of a payload that comes in pieces, unless it is data. */
  #pieces: Buffer[] = [];

  constructor(receiver: FrameReceiver) {
    this.#receiver = receiver;
  }

  /**
   * @param chunk may be overwritten afterwards
   * @throws ConnectionError
   */
  take(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      at = this.#headBytes < frameHeadBytes ? this.#takeHead(chunk, at) : this.#takePayload(chunk, at);
    }
  }

  #takeHead(chunk: Buffer, from: number): number {
    const copied = chunk.copy(this.#head, this.#headBytes, from);
    this.#headBytes += copied;
    if (this.#headBytes === frameHeadBytes) this.#begin();
    return from + copied;
  }

  #begin(): void {
    const head = this.#head;
    this.#length = head.readUIntBE(0, 3);
    this.#type = head.readUInt8(3);
    this.#flags = head.readUInt8(4);
    this.#stream = head.readUInt32BE(5) & numberBits;
    this.#missing = this.#length;
    this.#padding = (this.#flags & Flag.padded) === 0 ? 0 : undefined;
    if (this.#length > usualFrameBytes) throw longFrame(head);
    if (this.#missing === 0) this.#end(nothing);
  }

  #takePayload(chunk: Buffer, from: number): number {
    const piece = chunk.subarray(from, from + this.#missing);
    this.#missing -= piece.length;
    if (this.#type === FrameType.data) this.#takeData(piece);
    else if (this.#missing > 0) this.#pieces.push(Buffer.from(piece));
    if (this.#missing === 0) {
      this.#end(this.#pieces.length === 0 ? piece : Buffer.concat([...this.#pieces, piece]));
    }
    return from + piece.length;
  }

  #takeData(piece: Buffer): void {
    let content = piece;
    if (this.#padding === undefined) {
      this.#padding = content.readUInt8(0);
      if (this.#padding >= this.#length) throw longPadding();
      content = content.subarray(1);
    }
    const paddingHere = Math.max(this.#padding - this.#missing, 0);
    content = content.subarray(0, Math.max(content.length - paddingHere, 0));
    if (content.length > 0) this.#receiver.onData(this.#stream, content);
  }

  #end(payload: Buffer): void {
    this.#headBytes = 0;
    if (this.#pieces.length > 0) this.#pieces = [];
    const type = this.#type;
    const flags = this.#flags;
    const stream = this.#stream;
    if (type !== FrameType.data) this.#receiver.onFrame({ type, flags, stream, payload });
    else {
      if (this.#padding === undefined) throw longPadding();
      this.#receiver.onDataFrame(stream, this.#length, (flags & Flag.endStream) !== 0);
    }
  }
}

/**
 * The block of headers in a frame that begins one.
 *
 * @throws ConnectionError
 */
export function headersContent({ flags, payload }: Frame): Buffer {
  const isPadded = (flags & Flag.padded) !== 0;
  const begin = (isPadded ? 1 : 0) + ((flags & Flag.priority) === 0 ? 0 : 5);
  const end = payload.length - (isPadded ? (payload[0] ?? 0) : 0);
  if (begin > end) throw longPadding();
  return payload.subarray(begin, end);
}

/** Whoever speaks HTTP/1 begins with words that would be a frame of millions of bytes. */
function longFrame(head: Buffer): ConnectionError {
  const isOlder = head.toString('latin1').startsWith('HTTP/1.');
  const words = isOlder
    ? 'an answer in HTTP/1: the port does not speak HTTP/2'
    : `a frame of ${head.readUIntBE(0, 3)} bytes`;
  return new ConnectionError(ErrorCode.frameSizeError, words);
}

const longPadding = (): ConnectionError =>
  new ConnectionError(ErrorCode.protocolError, 'a frame that is shorter than its padding');
