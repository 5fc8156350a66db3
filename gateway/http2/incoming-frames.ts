/** Does what each frame of the other side asks for: RFC 9113, section 6. */
import type { ClientStream } from './client-stream.ts';
import { ConnectionError } from './connection-error.ts';
import type { Frame, FrameReceiver } from './frame-reader.ts';
import { HeaderBlocks, type HeadersOfStream } from './header-blocks.ts';
import type { Headers } from './header-block-reader.ts';
import { mostWaitingBytes, type Outbox } from './outbox.ts';
import { readSettings } from './peer-settings.ts';
import { ErrorCode, Flag, FrameType, numberBits } from './protocol-numbers.ts';
import { widened, type SendQueue } from './send-queue.ts';
import type { StreamTable } from './stream-table.ts';
import { uint32 } from './uint32.ts';

export interface IncomingFramesOptions {
  readonly table: StreamTable;
  readonly queue: SendQueue;
  readonly outbox: Outbox;
  /** Bytes that may come before the other side must wait to hear that there is room again. */
  readonly windowBytes: number;
  /** The first settings have come. */
  onReady(): void;
  /** The other side begins no more calls. */
  onGoodbye(): void;
}

const noFlags = 0;
const smallestFinalStatus = 200;

export class IncomingFrames implements FrameReceiver {
  readonly #options: IncomingFramesOptions;
  readonly #blocks = new HeaderBlocks();
  /** Since the other side heard that there is room again. */
  #received = 0;
  #isReady = false;

  constructor(options: IncomingFramesOptions) {
    this.#options = options;
  }

  onData(id: number, bytes: Buffer): void {
    const stream = this.#options.table.at(id);
    if (stream?.isAnswered === true) stream.events.onData(bytes);
  }

  onDataFrame(id: number, bytes: number, isLast: boolean): void {
    this.#blocks.checkNoneIsOpen();
    this.#received = this.#counted(0, this.#received + bytes);
    const stream = this.#options.table.at(id);
    if (stream === undefined) return;
    if (!stream.isAnswered) this.#refuse(stream);
    else if (isLast) this.#end(stream);
    else stream.received = this.#counted(id, stream.received + bytes);
  }

  onFrame(frame: Frame): void {
    const { type, stream, payload } = frame;
    if (!this.#isReady && type !== FrameType.settings) throw violation('no settings at the beginning');
    const headers = this.#blocks.take(frame);
    if (headers !== undefined) this.#takeHeaders(headers);
    else if (type === FrameType.windowUpdate) this.#widen(stream, onlyNumber(payload));
    else if (type === FrameType.resetStream) this.#takeReset(stream, onlyNumber(payload));
    else if (type === FrameType.pushPromise) throw violation('a push that was forbidden');
    else this.#takeForConnection(frame);
  }

  #takeForConnection({ type, flags, stream, payload }: Frame): void {
    const isAcknowledged = (flags & Flag.acknowledgement) !== 0;
    if (type !== FrameType.settings && type !== FrameType.ping && type !== FrameType.goAway) return;
    if (stream !== 0) throw violation('a frame of the connection that belongs to a call');
    if (type === FrameType.goAway) {
      checkLength(payload, payload.length >= 8);
      this.#takeGoodbye(payload.readUInt32BE(0) & numberBits);
      return;
    }
    if (type === FrameType.ping) checkLength(payload, payload.length === 8);
    else if (isAcknowledged) checkLength(payload, payload.length === 0);
    if (isAcknowledged) return;
    if (type === FrameType.settings) this.#takeSettings(payload);
    else this.#answer(FrameType.ping, payload);
  }

  #takeHeaders({ stream: id, headers, isLast }: HeadersOfStream): void {
    const stream = this.#options.table.at(id);
    if (stream === undefined) return;
    if (!isLast && isPreliminary(headers)) return;
    if (!isLast && stream.isAnswered) {
      this.#refuse(stream);
      return;
    }
    stream.isAnswered = true;
    stream.events.onHeaders(headers);
    // Unless it was cancelled over them.
    if (isLast && this.#options.table.isRunning(stream)) this.#end(stream);
  }

  #takeReset(id: number, code: number): void {
    const stream = this.#options.table.at(id);
    if (stream === undefined) return;
    this.#forget(stream);
    stream.events.onReset(code);
  }

  #takeGoodbye(last: number): void {
    const { table } = this.#options;
    this.#options.onGoodbye();
    for (const stream of table.after(last)) {
      // Unless it was cancelled over another one.
      if (!table.has(stream)) continue;
      this.#forget(stream);
      stream.events.onReset(ErrorCode.refusedStream);
    }
  }

  #takeSettings(payload: Buffer): void {
    const { table, queue } = this.#options;
    const { maxConcurrentStreams, initialWindowSize, maxFrameSize } = readSettings(payload);
    // Before what they allow: to the other side, the calls that begin with them would be too many until it hears this.
    this.#answer(FrameType.settings, Buffer.alloc(0));
    if (maxFrameSize !== undefined) queue.frameBytes = maxFrameSize;
    if (initialWindowSize !== undefined) table.resize(initialWindowSize);
    if (maxConcurrentStreams !== undefined) table.limit(maxConcurrentStreams);
    if (this.#isReady) return;
    this.#isReady = true;
    this.#options.onReady();
  }

  #widen(id: number, increment: number): void {
    const bytes = increment & numberBits;
    if (bytes === 0) throw violation('a window that is widened by nothing');
    if (id === 0) {
      this.#options.queue.widen(bytes);
      return;
    }
    const stream = this.#options.table.at(id);
    if (stream !== undefined) stream.window = widened(stream.window, bytes);
  }

  /** A backend may answer before it has read everything; then it wants no more. */
  #end(stream: ClientStream): void {
    if (stream.remaining > 0) this.#control(FrameType.resetStream, stream.id, uint32(ErrorCode.cancel));
    this.#forget(stream);
    stream.events.onEnd();
  }

  /** For what can be no answer. */
  #refuse(stream: ClientStream): void {
    this.#control(FrameType.resetStream, stream.id, uint32(ErrorCode.protocolError));
    this.#forget(stream);
    stream.events.onReset(ErrorCode.protocolError);
  }

  #forget(stream: ClientStream): void {
    this.#options.queue.remove(stream);
    this.#options.table.remove(stream);
  }

  /** @returns bytes that still count */
  #counted(id: number, received: number): number {
    const { windowBytes } = this.#options;
    if (received < windowBytes / 2) return received;
    this.#control(FrameType.windowUpdate, id, uint32(received));
    return 0;
  }

  #answer(type: number, payload: Buffer): void {
    const { outbox } = this.#options;
    if (outbox.waitingBytes > mostWaitingBytes) {
      throw new ConnectionError(
        ErrorCode.enhanceYourCalm,
        'questions without end, and nobody reads the answers',
      );
    }
    outbox.frame({ type, flags: Flag.acknowledgement }, 0, payload);
  }

  #control(type: number, stream: number, payload: Buffer): void {
    this.#options.outbox.frame({ type, flags: noFlags }, stream, payload);
  }
}

const isPreliminary = (headers: Headers): boolean =>
  Number(headers.get(':status') ?? smallestFinalStatus) < smallestFinalStatus;

function onlyNumber(payload: Buffer): number {
  checkLength(payload, payload.length === 4);
  return payload.readUInt32BE(0);
}

/** @throws ConnectionError */
function checkLength({ length }: Buffer, isRight: boolean): void {
  if (!isRight) throw new ConnectionError(ErrorCode.frameSizeError, `a frame of ${length} bytes`);
}

const violation = (words: string): ConnectionError => new ConnectionError(ErrorCode.protocolError, words);
