/** The way to one model version at one backend: whether the version is there, and whether it answers well. */
import type { Clock } from '../../clock.ts';
import { Deadline } from '../../deadline.ts';
import type { CallTime } from '../../deadline.ts';
import type { EngineLog } from '../../domain/engine-log.ts';
import type { Tensor } from '../../domain/tensor.ts';
import type { Backend } from './backend.ts';
import { statusMilliseconds } from './backend.ts';
import type { Question, VersionName } from './backend-client.ts';
import { BackendFault, isAboutTheRequest } from './backend-fault.ts';
import { checkedAnswer } from './check-answer.ts';
import { Circuit } from './circuit.ts';
import { isAvailable } from './loadable-versions.ts';
import { Standing } from './standing.ts';

type Answer = ReadonlyMap<string, Tensor>;

export interface RouteSurroundings {
  readonly clock: Clock;
  readonly log: EngineLog;
}

export class Route {
  readonly backend: Backend;
  /** Of its predictions; what they say about the request does not count. */
  readonly standing: Standing;
  readonly #version: VersionName;
  readonly #presence: Circuit;

  constructor(version: VersionName, backend: Backend, { clock, log }: RouteSurroundings) {
    this.backend = backend;
    this.#version = version;
    // A backend that still loads refuses faster than others answer, and would draw all calls to itself.
    this.#presence = new Circuit({ failuresToOpen: 1, clock, probe: (signal) => this.#probe(signal) });
    const facts = { backend: backend.address, model: version.name, version: version.version };
    this.standing = new Standing({
      clock,
      onLost: (error) => {
        log.warn(
          { ...facts, error },
          'a backend fails to answer for a model; others, where there are any, are asked first',
        );
      },
      onRegained: () => {
        log.info(facts, 'a backend answers for a model again');
      },
    });
  }

  /** Whether the backend answers, but not for this version. */
  get isAbsent(): boolean {
    return this.#presence.isOpen;
  }

  get isUsable(): boolean {
    return !this.isAbsent && !this.backend.isEjected;
  }

  /** @throws BackendFault, also when the answer is not one to the question */
  predict(question: Question, time: CallTime): Promise<Answer> {
    return this.#ask(question, time, checkedAnswer);
  }

  /** Any answer will do. @throws BackendFault */
  warmUp(question: Question, time: CallTime): Promise<Answer> {
    return this.#ask(question, time, (answer) => answer);
  }

  end(): void {
    this.#presence.end();
  }

  async #ask(question: Question, time: CallTime, read: typeof checkedAnswer): Promise<Answer> {
    try {
      const answer = read(await this.backend.predict(question, time), question);
      this.#presence.succeeded();
      this.standing.succeeded();
      return answer;
    } catch (error) {
      this.#learnFrom(error, time);
      throw error;
    }
  }

  #learnFrom(error: unknown, { ended }: CallTime): void {
    if (!(error instanceof BackendFault) || ended === 'gone' || ended === 'closed') return;
    if (error.reason === 'not-served') this.#presence.failed(error);
    // A backend that is out of reach is no matter of one model.
    else if (!isAboutTheRequest(error) && !this.backend.isEjected) this.standing.failed(error);
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
