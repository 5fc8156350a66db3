/** The HTTP/2 session to a backend: made when it is first needed, and anew once it is of no more use. */
import http2 from 'node:http2';
import type { ClientHttp2Session } from 'node:http2';
import { BackendFault } from './backend-fault.ts';

export interface Http2ConnectionOptions {
  /** `host:port`. */
  readonly authority: string;
  /** How long it may take until the backend has said its first word, which are its settings. */
  readonly connectMilliseconds: number;
}

/** So much of answers may be on its way: the usual 64 KiB would hold up an answer of many pictures again and again. */
const windowBytes = 8 * 1024 * 1024;

/** In megabytes: what waits to be sent is bounded by what clients may have on their way. */
const maxSessionMemory = Number.MAX_SAFE_INTEGER;

/** A session has numbers for half as many calls again, and no way to begin anew. */
const mostCalls = 2 ** 29;

export class Http2Connection {
  readonly #options: Http2ConnectionOptions;
  #session: ClientHttp2Session | undefined;
  #connecting: Promise<ClientHttp2Session> | undefined;
  /** Those that have not closed, the retired ones too. */
  readonly #open = new Set<ClientHttp2Session>();
  #callsLeft = mostCalls;
  #isClosed = false;

  constructor(options: Http2ConnectionOptions) {
    this.#options = options;
  }

  /** For one call; undefined when it must be made first. */
  get session(): ClientHttp2Session | undefined {
    const session = this.#session;
    if (session === undefined || session.closed || session.destroyed) return undefined;
    this.#callsLeft -= 1;
    if (this.#callsLeft > 0) return session;
    this.retire(session);
    return undefined;
  }

  /** Makes the session; whoever asks meanwhile waits for the same. @throws BackendFault `unavailable` */
  connect(): Promise<ClientHttp2Session> {
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  /** Lets the calls of a session end and begins no more there: nobody can know whether its other end still lives. */
  retire(session: ClientHttp2Session): void {
    if (this.#session === session) this.#session = undefined;
    session.close();
  }

  close(): void {
    this.#isClosed = true;
    for (const session of this.#open) session.destroy();
  }

  async #connect(): Promise<ClientHttp2Session> {
    if (this.#isClosed) throw new BackendFault('unavailable', 'the client has been closed');
    const { authority, connectMilliseconds } = this.#options;
    const settings = { enablePush: false, initialWindowSize: windowBytes };
    const session = http2.connect(`http://${authority}`, { settings, maxSessionMemory });
    this.#open.add(session);
    return new Promise((resolve, reject) => {
      const connecting = setTimeout(() => {
        session.destroy(new Error(`no connection within ${connectMilliseconds} ms`));
      }, connectMilliseconds);
      let cause: Error | undefined;
      session.on('error', (error: Error) => {
        cause = error;
      });
      session.once('close', () => {
        clearTimeout(connecting);
        this.#open.delete(session);
        reject(new BackendFault('unavailable', cause?.message ?? 'no connection', { cause }));
      });
      // Not before: how many calls the backend takes at once stands in there.
      session.once('remoteSettings', () => {
        clearTimeout(connecting);
        session.setLocalWindowSize(windowBytes);
        this.#session = session;
        this.#callsLeft = mostCalls;
        resolve(session);
      });
    });
  }
}
