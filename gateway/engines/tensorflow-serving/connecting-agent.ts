/** Kept-alive connections that must be made within a time. */
import http from 'node:http';
import net from 'node:net';
import type { Duplex } from 'node:stream';

/** What axios sets too: of two values each request would tell the system both. */
const keepAliveMsecs = 60_000;

export class ConnectingAgent extends http.Agent {
  readonly #connectMilliseconds: number;

  constructor(connectMilliseconds: number) {
    // The connection used last is the one least likely to have been closed by the other side meanwhile.
    super({ keepAlive: true, keepAliveMsecs, scheduling: 'lifo', noDelay: true });
    this.#connectMilliseconds = connectMilliseconds;
  }

  override createConnection(
    options: http.ClientRequestArgs,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | null | undefined {
    const socket = super.createConnection(options, callback);
    if (socket instanceof net.Socket) this.#limit(socket);
    return socket;
  }

  #limit(socket: net.Socket): void {
    const timer = setTimeout(() => {
      const error = new Error(`no connection within ${this.#connectMilliseconds} ms`);
      socket.destroy(Object.assign(error, { code: 'ETIMEDOUT' }));
    }, this.#connectMilliseconds);
    const clear = (): void => {
      clearTimeout(timer);
    };
    socket.once('connect', clear).once('close', clear);
  }
}
