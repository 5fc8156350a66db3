/** The client's end of an HTTP/2 connection without encryption, for many calls at once: RFC 9113. */
import net from 'node:net';
import { ClientStream, type StreamEvents } from './client-stream.ts';
import { ConnectionError } from './connection-error.ts';
import { connectionOptions } from './connection-options.ts';
import { FrameReader } from './frame-reader.ts';
import { IncomingFrames } from './incoming-frames.ts';
import { Outbox } from './outbox.ts';
import { writeSettings } from './peer-settings.ts';
import { ErrorCode, Flag, FrameType, preface, Setting, usualWindowBytes } from './protocol-numbers.ts';
import { SendQueue } from './send-queue.ts';
import { StreamTable } from './stream-table.ts';
import { uint32 } from './uint32.ts';

export interface SessionEvents {
  /** The other side has said its first word, which are its settings. */
  onReady(): void;
  /** The connection is gone; its calls hear of it after this. */
  onClosed(cause: Error | undefined): void;
}

/** What may come that nobody has read: the usual 64 KiB would hold up an answer of many pictures again and again. */
const windowBytes = 8 * 1024 * 1024;

/** What is read from the connection at once. */
const readBytes = 64 * 1024;

export class ClientSession {
  readonly #events: SessionEvents;
  readonly #socket: net.Socket;
  readonly #outbox: Outbox;
  readonly #queue: SendQueue;
  readonly #table: StreamTable;
  readonly #reader: FrameReader;
  #isReady = false;
  #hasBegun = false;
  #isRetired = false;
  #cause: Error | undefined;

  /**
   * @param address an IPv6 address without brackets
   * @param firstNumber of its calls, which is odd: whoever begins near the last one sees what happens then
   */
  constructor(
    address: { readonly host: string; readonly port: number },
    events: SessionEvents,
    firstNumber = 1,
  ) {
    this.#events = events;
    this.#socket = net.connect({
      ...address,
      ...connectionOptions,
      // Everything is read into the same memory.
      onread: { buffer: Buffer.allocUnsafeSlow(readBytes), callback: this.#read },
    });
    this.#outbox = new Outbox(this.#socket, this.#send);
    this.#queue = new SendQueue(this.#outbox);
    this.#table = new StreamTable(this.#begin, firstNumber);
    this.#reader = new FrameReader(this.#incomingFrames());
    this.#socket.on('error', (error) => {
      this.#cause ??= error;
    });
    // What it may still want to read is of no use to anybody.
    this.#socket.once('end', () => this.#socket.destroy());
    this.#socket.once('close', this.#end);
    this.#greet();
  }

  /** Whether calls may begin. */
  get isOpen(): boolean {
    return this.#isReady && !this.#isRetired && !this.#socket.destroyed && this.#table.hasNumbers;
  }

  /**
   * Only while it is open. The call waits for its turn when the other side takes no more at once.
   *
   * @param body its bytes in pieces; read until the call has ended, and not after
   */
  call(headers: Uint8Array, body: readonly Uint8Array[], events: StreamEvents): ClientStream {
    if (!this.isOpen) throw new Error('the connection is not open');
    const stream = new ClientStream(headers, body, events);
    this.#table.add(stream);
    this.#send();
    return stream;
  }

  /** None of its events comes any more. Of no effect when the call has ended. */
  cancel(stream: ClientStream): void {
    this.#queue.remove(stream);
    // Before the next one begins, or there would be one too many.
    if (this.#table.isRunning(stream)) {
      this.#outbox.frame(resetFrame, stream.id, uint32(ErrorCode.cancel));
    }
    this.#table.remove(stream);
    this.#send();
    this.#leaveWhenIdle();
  }

  /** Lets the calls end and begins no more. */
  retire(): void {
    this.#isRetired = true;
    this.#leaveWhenIdle();
  }

  /** Breaks the calls off. */
  destroy(cause: Error): void {
    this.#isRetired = true;
    this.#cause ??= cause;
    this.#socket.destroy();
  }

  #incomingFrames(): IncomingFrames {
    return new IncomingFrames({
      table: this.#table,
      queue: this.#queue,
      outbox: this.#outbox,
      windowBytes,
      onReady: () => {
        this.#isReady = true;
        this.#events.onReady();
      },
      onGoodbye: () => {
        this.#isRetired = true;
      },
    });
  }

  #greet(): void {
    this.#outbox.bytes(Buffer.from(preface, 'latin1'));
    const settings = writeSettings([
      [Setting.enablePush, 0],
      [Setting.initialWindowSize, windowBytes],
    ]);
    this.#outbox.frame({ type: FrameType.settings, flags: 0 }, 0, settings);
    this.#outbox.frame({ type: FrameType.windowUpdate, flags: 0 }, 0, uint32(windowBytes - usualWindowBytes));
    this.#outbox.flush();
  }

  readonly #read = (bytes: number, buffer: Uint8Array): boolean => {
    // A call that is cancelled by what has just come may have been the last one.
    if (this.#socket.destroyed) return false;
    try {
      this.#reader.take(Buffer.from(buffer.buffer, buffer.byteOffset, bytes));
      this.#send();
    } catch (error) {
      this.#giveUp(error instanceof Error ? error : new Error(String(error)));
    }
    this.#leaveWhenIdle();
    return true;
  };

  readonly #begin = (stream: ClientStream): void => {
    const flags = stream.remaining > 0 ? Flag.endHeaders : Flag.endHeaders | Flag.endStream;
    const headers = this.#hasBegun ? stream.headers : Buffer.concat([emptyTable, stream.headers]);
    this.#hasBegun = true;
    this.#outbox.frame({ type: FrameType.headers, flags }, stream.id, headers);
    this.#queue.add(stream);
  };

  readonly #send = (): void => {
    if (this.#socket.destroyed) return;
    this.#queue.pump();
    this.#outbox.flush();
  };

  #giveUp(error: Error): void {
    const code = error instanceof ConnectionError ? error.code : ErrorCode.internalError;
    this.#sayGoodbye(code);
    this.destroy(error);
  }

  #leaveWhenIdle(): void {
    if (!this.#isRetired || !this.#table.isEmpty || this.#socket.destroyed) return;
    this.#sayGoodbye(ErrorCode.noError);
    this.#socket.destroy();
  }

  /** No matter whether it arrives. */
  #sayGoodbye(code: number): void {
    this.#outbox.frame({ type: FrameType.goAway, flags: 0 }, 0, Buffer.concat([uint32(0), uint32(code)]));
    this.#outbox.flush();
  }

  readonly #end = (): void => {
    this.#isRetired = true;
    quietly(() => {
      this.#events.onClosed(this.#cause);
    });
    for (const stream of this.#table.after(0)) {
      // Unless it was cancelled over another one.
      if (!this.#table.has(stream)) continue;
      this.#table.remove(stream);
      quietly(() => {
        stream.events.onBroken(this.#cause);
      });
    }
  };
}

/** Here it would end the process, and the others must hear of it too. */
function quietly(tell: () => void): void {
  try {
    tell();
  } catch {
    // The connection is gone already.
  }
}

/** A server with a smaller table than the usual one takes no headers until it has heard this: RFC 7541, section 4.2. */
const emptyTable = Buffer.of(0x20);

const resetFrame = { type: FrameType.resetStream, flags: 0 };
