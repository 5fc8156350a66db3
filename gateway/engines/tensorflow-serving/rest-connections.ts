/** The connections to one backend: as many as there are questions at a time, used again once they are idle. */
import type { CallerSignal } from '../../domain/caller-signal.ts';
import { BackendFault } from './backend-fault.ts';
import { RestConnection } from './rest-connection.ts';
import type { RestConnectionOptions, RestRequest } from './rest-connection.ts';
import type { RestAnswer } from './rest-exchange.ts';

/** A burst of callers shall not leave a backend with as many connections as it had callers. */
const mostIdle = 256;

export class RestConnections {
  readonly #options: RestConnectionOptions;
  readonly #idle: RestConnection[] = [];
  readonly #busy = new Set<RestConnection>();

  constructor(options: RestConnectionOptions) {
    this.#options = options;
  }

  /** @throws BackendFault */
  async ask(request: RestRequest, signal: CallerSignal): Promise<RestAnswer> {
    if (signal.aborted) throw new BackendFault('aborted', 'there is no time for the call');
    // The connection used last is the one least likely to have been closed by the other side meanwhile.
    const connection = this.#idle.pop() ?? new RestConnection(this.#options);
    this.#busy.add(connection);
    try {
      return await connection.ask(request, signal);
    } finally {
      this.#busy.delete(connection);
      if (this.#idle.length === mostIdle) connection.close();
      else if (!connection.isClosed) this.#idle.push(connection);
    }
  }

  close(): void {
    for (const connection of [...this.#busy, ...this.#idle.splice(0)]) connection.close();
  }
}
