/** The HTTP/2 connection to a backend: made when it is first needed, and anew once it is of no more use. */
import { ClientSession, type SessionEvents } from '../../http2/client-session.ts';
import type { Address } from './backend-client.ts';
import { BackendFault } from './backend-fault.ts';

export interface Http2ConnectionOptions {
  readonly address: Address;
  /** How long it may take until the backend has said its first word, which are its settings. */
  readonly connectMilliseconds: number;
  /** Of the calls of each session; see there. */
  readonly firstNumber?: number;
}

export class Http2Connection {
  readonly #options: Http2ConnectionOptions;
  #session: ClientSession | undefined;
  #connecting: Promise<ClientSession> | undefined;
  /** Those that have not closed, the retired ones too. */
  readonly #open = new Set<ClientSession>();
  #isClosed = false;

  constructor(options: Http2ConnectionOptions) {
    this.#options = options;
  }

  get address(): Address {
    return this.#options.address;
  }

  /** What the next call can begin on; undefined when it must be made first. */
  get session(): ClientSession | undefined {
    return this.#session?.isOpen === true ? this.#session : undefined;
  }

  /** Makes the session; whoever asks meanwhile waits for the same. @throws BackendFault `unavailable` */
  connect(): Promise<ClientSession> {
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  close(): void {
    this.#isClosed = true;
    for (const session of this.#open) session.destroy(new Error('the client has been closed'));
  }

  async #connect(): Promise<ClientSession> {
    if (this.#isClosed) throw new BackendFault('unavailable', 'the client has been closed');
    const { address, connectMilliseconds, firstNumber } = this.#options;
    // One that has no numbers left.
    this.#session?.retire();
    return new Promise((resolve, reject) => {
      const events: SessionEvents = {
        // Not before: how many calls the backend takes at once stands in its settings.
        onReady: () => {
          clearTimeout(connecting);
          this.#session = session;
          resolve(session);
        },
        onClosed: (cause) => {
          clearTimeout(connecting);
          this.#open.delete(session);
          reject(new BackendFault('unavailable', cause?.message ?? 'no connection', { cause }));
        },
      };
      const session = new ClientSession(address, events, firstNumber);
      this.#open.add(session);
      const connecting = setTimeout(() => {
        session.destroy(new Error(`no connection within ${connectMilliseconds} ms`));
      }, connectMilliseconds);
    });
  }
}
