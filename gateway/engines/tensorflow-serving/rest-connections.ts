/** The connections to one backend: as many as there are questions at a time, used again once they are idle. */
import type { CallerSignal } from '../../domain/caller-signal.ts';
import type { Answer } from '../../http1/answer-reader.ts';
import { SpareBuffers } from '../../spare-buffers.ts';
import { BackendFault } from './backend-fault.ts';
import { RestConnection } from './rest-connection.ts';
import type { RestConnectionOptions, RestRequest } from './rest-connection.ts';

/** A burst of callers shall not leave a backend with as many connections as it had callers. */
const mostIdle = 256;

export class RestConnections {
  readonly #options: RestConnectionOptions;
  readonly #idle: RestConnection[] = [];
  readonly #busy = new Set<RestConnection>();

  constructor(options: Omit<RestConnectionOptions, 'spare'>) {
    this.#options = { ...options, spare: new SpareBuffers() };
  }

  /** @throws BackendFault */
  async ask(request: RestRequest, signal: CallerSignal): Promise<Answer> {
    if (signal.aborted) throw new BackendFault('aborted', 'there is no time for the call');
    const connection = this.#connection();
    this.#busy.add(connection);
    try {
      return await connection.ask(request, signal);
    } finally {
      this.#busy.delete(connection);
      if (connection.isClosed || this.#idle.length === mostIdle) connection.close();
      else this.#idle.push(connection);
    }
  }

  /** The one used last is the one least likely to have been closed by the other side meanwhile. */
  #connection(): RestConnection {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (!idle.isClosed) return idle;
      idle.close();
    }
    return new RestConnection(this.#options);
  }

  close(): void {
    for (const connection of [...this.#busy, ...this.#idle.splice(0)]) connection.close();
  }
}
