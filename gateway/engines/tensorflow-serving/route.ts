/** The way to one model version at one backend, closed while that backend does not hold the version. */
import type { Timer } from '../../clock.ts';
import type { Tensor } from '../../domain/tensor.ts';
import type { Backend } from './backend.ts';
import { statusMilliseconds } from './backend.ts';
import type { Question, VersionName } from './backend-client.ts';
import { BackendFault } from './backend-fault.ts';
import { Circuit } from './circuit.ts';
import { Deadline } from './deadline.ts';
import type { CallTime } from './deadline.ts';
import { isAvailable } from './loadable-versions.ts';

export class Route {
  readonly backend: Backend;
  readonly #version: VersionName;
  readonly #presence: Circuit;

  constructor(version: VersionName, backend: Backend, clock: Timer) {
    this.backend = backend;
    this.#version = version;
    // A backend that still loads refuses faster than others answer, and would draw all calls to itself.
    this.#presence = new Circuit({ failuresToOpen: 1, clock, probe: (signal) => this.#probe(signal) });
  }

  /** Whether the backend answers, but not for this version. */
  get isAbsent(): boolean {
    return this.#presence.isOpen;
  }

  get isUsable(): boolean {
    return !this.isAbsent && !this.backend.isEjected;
  }

  async predict(question: Question, time: CallTime): Promise<ReadonlyMap<string, Tensor>> {
    try {
      const answer = await this.backend.predict(question, time);
      this.#presence.succeeded();
      return answer;
    } catch (error) {
      if (error instanceof BackendFault && error.reason === 'not-served') this.#presence.failed(error);
      throw error;
    }
  }

  end(): void {
    this.#presence.end();
  }

  async #probe(signal: AbortSignal): Promise<void> {
    const { name, version } = this.#version;
    const deadline = new Deadline(statusMilliseconds, signal);
    try {
      const statuses = await this.backend.statuses(name, deadline);
      if (!statuses.some((status) => status.version === version && isAvailable(status))) {
        throw new BackendFault('not-served', 'the version is not available');
      }
    } finally {
      deadline.release();
    }
  }
}
