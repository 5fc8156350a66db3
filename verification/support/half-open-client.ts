/** An HTTP/2 client that opens connections and calls by hand, and never closes its half of either. */
import { once } from 'node:events';
import net from 'node:net';

const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const types = { data: 0, headers: 1, settings: 4 } as const;
const endOfStream = 1;
const endOfHeaders = 4;

export class HalfOpenClient {
  readonly #socket: net.Socket;
  readonly #closed: Promise<unknown>;
  #received = '';

  /** Sends nothing yet. */
  constructor(port: number) {
    this.#socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    this.#socket.on('data', (chunk) => (this.#received += chunk.toString('latin1')));
    // A reset closes a connection as well.
    this.#socket.on('error', () => undefined);
    this.#closed = new Promise((resolve) => this.#socket.once('close', resolve));
  }

  /** What came back, with every byte as one character; fields are compressed. */
  get received(): string {
    return this.#received;
  }

  /** Whether the server has said its last word to a call. */
  hasEnded(stream = 1): boolean {
    const bytes = Buffer.from(this.#received, 'latin1');
    for (let at = 0; at + 9 <= bytes.byteLength; at += 9 + bytes.readUIntBE(at, 3)) {
      const isTrailer =
        bytes.readUInt8(at + 3) === types.headers && (bytes.readUInt8(at + 4) & endOfStream) > 0;
      if (isTrailer && bytes.readUInt32BE(at + 5) === stream) return true;
    }
    return false;
  }

  async greet(): Promise<void> {
    await this.#send(Buffer.concat([Buffer.from(preface), frame(types.settings, 0, Buffer.alloc(0))]));
    while (this.#received === '') await once(this.#socket, 'data');
  }

  /** Begins a call of gRPC. */
  async begin(path: string, { stream = 1 }: { readonly stream?: number } = {}): Promise<void> {
    const fields = [
      [':method', 'POST'],
      [':scheme', 'http'],
      [':authority', 'localhost'],
      [':path', path],
      ['content-type', 'application/grpc'],
      ['te', 'trailers'],
    ];
    const block = Buffer.concat(fields.map(([name = '', value = '']) => literal(name, value)));
    await this.#send(frame(types.headers, endOfHeaders, block, stream));
  }

  /** Sends a message, or so many bytes of it. */
  async say(text: string, { stream = 1, isLast = false, bytes = Infinity } = {}): Promise<void> {
    const message = Buffer.concat([Buffer.alloc(5), Buffer.from(text)]);
    message.writeUInt32BE(Buffer.byteLength(text), 1);
    await this.#send(frame(types.data, isLast ? endOfStream : 0, message.subarray(0, bytes), stream));
  }

  /** Resolves once the text has come. */
  async until(text: string): Promise<void> {
    while (!this.#received.includes(text)) await once(this.#socket, 'data');
  }

  /** Resolves once the server has said its last word to a call. */
  async untilEnded(stream = 1): Promise<void> {
    while (!this.hasEnded(stream)) await once(this.#socket, 'data');
  }

  async untilReset(): Promise<void> {
    // Only writing tells a half-open end that the other one is gone.
    const knock = setInterval(() => {
      this.#socket.write(frame(types.settings, 0, Buffer.alloc(0)));
    }, 20);
    await this.#closed;
    clearInterval(knock);
  }

  leave(): void {
    this.#socket.destroy();
  }

  async #send(bytes: Buffer): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#socket.write(bytes, () => {
        resolve();
      });
    });
  }
}

function frame(type: number, flags: number, payload: Buffer, stream = 0): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.byteLength, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** A field whose name and value are told in full, without compression. */
function literal(name: string, value: string): Buffer {
  const text = (words: string): Buffer => Buffer.concat([Buffer.of(words.length), Buffer.from(words)]);
  return Buffer.concat([Buffer.of(0), text(name), text(value)]);
}
