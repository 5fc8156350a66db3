/** One keep-alive connection that costs its process as little as possible: bytes out, status in. */
import { connect, type Socket } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** The answer at the start of the text, or undefined while it is incomplete. Needs a Content-Length. */
export function completeAnswer(text: string): Answer | undefined {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const head = text.slice(0, headEnd);
  const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? NaN);
  if (Number.isNaN(length)) throw new Error('the server sent an answer without a Content-Length');
  const bodyStart = headEnd + 4;
  if (text.length < bodyStart + length) return undefined;
  return { status: Number(head.slice(9, 12)), body: text.slice(bodyStart, bodyStart + length) };
}

export class HttpConnection {
  readonly #socket: Socket;
  #received = '';
  #pending: { resolve(answer: Answer): void; reject(error: Error): void } | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => {
      this.#received += chunk.toString('latin1');
      this.#settleIfComplete();
    });
    socket.on('error', (error) => {
      this.#pending?.reject(error);
    });
    socket.on('close', () => {
      this.#pending?.reject(new Error('the server closed the connection'));
    });
  }

  static open(port: number): Promise<HttpConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port, noDelay: true }, () => {
        socket.off('error', reject);
        resolve(new HttpConnection(socket));
      });
      socket.once('error', reject);
    });
  }

  /** A server closes what is idle for long, such as while the bench waits for a quiet machine. */
  get isOpen(): boolean {
    return !this.#socket.destroyed && this.#socket.writable;
  }

  /** One request at a time. */
  exchange(request: Uint8Array): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (!this.isOpen) {
        reject(new Error('the connection is closed'));
        return;
      }
      this.#pending = { resolve, reject };
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #settleIfComplete(): void {
    try {
      const answer = completeAnswer(this.#received);
      if (answer === undefined) return;
      this.#received = '';
      const pending = this.#pending;
      this.#pending = undefined;
      pending?.resolve(answer);
    } catch (error) {
      this.#pending?.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }
}
