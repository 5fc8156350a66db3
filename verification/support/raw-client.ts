/** A TCP client that sends what it is told and remembers what came back, for what no HTTP client would do. */
import net from 'node:net';

export class RawClient {
  readonly #socket: net.Socket;
  #received = '';
  #isClosed = false;
  #watchers: (() => void)[] = [];

  constructor(port: number) {
    this.#socket = net.connect({ port, host: '127.0.0.1' });
    this.#socket.on('data', (chunk) => {
      this.#received += chunk.toString('latin1');
      this.#notify();
    });
    // A reset is one of the ways in which a server may close; the tests look at what arrived before it.
    this.#socket.on('error', () => undefined);
    this.#socket.on('close', () => {
      this.#isClosed = true;
      this.#notify();
    });
  }

  get received(): string {
    return this.#received;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Bytes that the system has taken from this client. */
  get bytesSent(): number {
    return this.#socket.bytesWritten - this.#socket.writableLength;
  }

  /** Resolves once the system has taken the bytes, or the connection is gone. */
  async send(bytes: string | Uint8Array): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#socket.write(bytes, () => {
        resolve();
      });
    });
  }

  /** Resolves once the text has come as often as said, or the connection is gone. */
  async until(text: string, times = 1): Promise<void> {
    while (this.#received.split(text).length <= times && !this.#isClosed) await this.#change();
  }

  async untilClosed(): Promise<void> {
    while (!this.#isClosed) await this.#change();
  }

  leave(): void {
    this.#socket.destroy();
  }

  /** Breaks the connection instead of closing it, as a client does that crashes or runs out of patience. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  async #change(): Promise<void> {
    await new Promise<void>((resolve) => this.#watchers.push(resolve));
  }

  #notify(): void {
    for (const resolve of this.#watchers.splice(0)) resolve();
  }
}
