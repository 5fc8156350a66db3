/** What a session of HTTP/2 makes of bytes, without a socket, so that a test says where they are cut. */
import { ClientStream } from '../../gateway/http2/client-stream.ts';
import { FrameReader } from '../../gateway/http2/frame-reader.ts';
import { headerBlock } from '../../gateway/http2/header-block.ts';
import { IncomingFrames } from '../../gateway/http2/incoming-frames.ts';
import { Outbox } from '../../gateway/http2/outbox.ts';
import { SendQueue } from '../../gateway/http2/send-queue.ts';
import { StreamTable } from '../../gateway/http2/stream-table.ts';
import { Flags, framesIn, Type, type RawFrame } from './http2-frames.ts';
import { questionHeaders, RecordedCall } from './session-caller.ts';

export class SocketlessSession {
  /** Of all calls and of the session, in their order. */
  readonly heard: string[] = [];
  readonly calls: RecordedCall[] = [];
  readonly #written: Buffer[] = [];
  readonly #outbox: Outbox;
  readonly #queue: SendQueue;
  readonly #table: StreamTable;
  readonly #reader: FrameReader;

  /** @param onReady makes the calls, as it does in a client */
  constructor(windowBytes: number, onReady: (session: SocketlessSession) => void) {
    const outlet = {
      writableLength: 0,
      write: (bytes: Uint8Array, written: () => void): void => {
        this.#written.push(Buffer.from(bytes));
        written();
      },
    };
    this.#outbox = new Outbox(outlet, this.#send);
    this.#queue = new SendQueue(this.#outbox);
    this.#table = new StreamTable(this.#begin, 1);
    const incoming = new IncomingFrames({
      table: this.#table,
      queue: this.#queue,
      outbox: this.#outbox,
      windowBytes,
      onReady: () => {
        this.heard.push('ready');
        onReady(this);
      },
      onGoodbye: () => this.heard.push('goodbye'),
    });
    this.#reader = new FrameReader(incoming);
  }

  /** Frames that were sent. */
  get frames(): readonly RawFrame[] {
    return framesIn(Buffer.concat(this.#written)).frames;
  }

  call(body: Buffer): void {
    const call = new RecordedCall();
    const name = this.calls.length;
    call.react = (event) => {
      const line = `${name} ${event}`;
      // In how many pieces it comes is nobody's business.
      if (event !== 'data' || this.heard.at(-1) !== line) this.heard.push(line);
    };
    this.calls.push(call);
    this.#table.add(new ClientStream(headerBlock(questionHeaders), [body], call));
    this.#send();
  }

  /** As from a socket, which uses the memory again. */
  take(bytes: Buffer): void {
    const memory = Buffer.from(bytes);
    this.#reader.take(memory);
    this.#send();
    memory.fill(0xee);
  }

  readonly #begin = (stream: ClientStream): void => {
    const flags = stream.remaining > 0 ? Flags.endHeaders : Flags.endHeaders | Flags.end;
    this.#outbox.frame({ type: Type.headers, flags }, stream.id, stream.headers);
    this.#queue.add(stream);
  };

  readonly #send = (): void => {
    this.#queue.pump();
    this.#outbox.flush();
  };
}
