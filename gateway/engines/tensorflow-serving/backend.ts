/** One backend: how many calls it has on its hands, and whether it can be reached at all. */
import type { Timer } from '../../clock.ts';
import { Deadline } from '../../deadline.ts';
import type { CallTime } from '../../deadline.ts';
import type { EngineLog } from '../../domain/engine-log.ts';
import type { Tensor } from '../../domain/tensor.ts';
import type { ModelMetadata } from '../../wire/tensorflow-serving/metadata-json.ts';
import type { ModelVersionStatus } from '../../wire/tensorflow-serving/status-json.ts';
import type { BackendClient, Question, VersionName } from './backend-client.ts';
import { BackendFault } from './backend-fault.ts';
import type { FaultReason } from './backend-fault.ts';
import { Circuit } from './circuit.ts';

export interface BackendOptions {
  /** `host:port`, for the log. */
  readonly address: string;
  readonly client: BackendClient;
  readonly clock: Timer;
  readonly log: EngineLog;
}

/** Connections that fail in a row until nobody tries any more but the probe. */
const failuresToEject = 3;

/** How long a question about states may take: whoever asks asks again soon. */
export const statusMilliseconds = 5000;

/** A probe that hangs, such as one to a machine that is gone, shall not hold up the next. */
const probeMilliseconds = 2000;

export class Backend {
  readonly address: string;
  readonly #client: BackendClient;
  readonly #circuit: Circuit;
  #outstanding = 0;
  /** Any model will do to see whether a backend answers. */
  #modelAskedLast = '';

  constructor({ address, client, clock, log }: BackendOptions) {
    this.address = address;
    this.#client = client;
    this.#circuit = new Circuit({
      failuresToOpen: failuresToEject,
      clock,
      probe: (signal) => this.#probe(signal),
      onLost: (error) => {
        log.warn({ backend: address, error }, 'a backend cannot be reached');
      },
      onRegained: () => {
        log.info({ backend: address }, 'a backend can be reached again');
      },
    });
  }

  /** Whether calls would be in vain; a probe finds out when that changes. */
  get isEjected(): boolean {
    return this.#circuit.isOpen;
  }

  /** Calls that have not ended yet. */
  get outstanding(): number {
    return this.#outstanding;
  }

  /**
   * Unlike an inference, an answer to this costs nothing: whoever gives none in time, or declines even this, is as good
   * as out of reach.
   */
  async statuses(name: string, time: CallTime): Promise<readonly ModelVersionStatus[]> {
    try {
      return await this.#observed(name, () => this.#client.statuses(name, time));
    } catch (error) {
      if (time.ended === 'late' || isDeclined(error)) this.#circuit.failed(error);
      throw error;
    }
  }

  metadata(version: VersionName, time: CallTime): Promise<ModelMetadata> {
    return this.#observed(version.name, () => this.#client.metadata(version, time));
  }

  predict(question: Question, time: CallTime): Promise<ReadonlyMap<string, Tensor>> {
    return this.#observed(question.name, () => this.#client.predict(question, time));
  }

  close(): void {
    this.#circuit.end();
    this.#client.close();
  }

  async #observed<Answer>(name: string, call: () => Promise<Answer>): Promise<Answer> {
    this.#modelAskedLast = name;
    this.#outstanding += 1;
    try {
      const answer = await call();
      this.#circuit.succeeded();
      return answer;
    } catch (error) {
      this.#learnFrom(error);
      throw error;
    } finally {
      this.#outstanding -= 1;
    }
  }

  #learnFrom(error: unknown): void {
    if (!(error instanceof BackendFault)) return;
    if (error.isConnectionFailure) this.#circuit.failed(error);
    else if (isAnswer(error)) this.#circuit.succeeded();
  }

  async #probe(signal: AbortSignal): Promise<void> {
    const deadline = new Deadline(probeMilliseconds, signal);
    try {
      await this.#client.statuses(this.#modelAskedLast, deadline);
    } catch (error) {
      if (!(error instanceof BackendFault) || !isAnswer(error)) throw error;
    } finally {
      deadline.release();
    }
  }
}

const sayNothing: ReadonlySet<FaultReason> = new Set(['late', 'aborted', 'declined']);

/**
 * Whether the backend said something of its own, be it an error: time that ran out may be the fault of a slow model, and
 * a refusal for now that of a full queue, or the word of a proxy that finds nobody.
 */
function isAnswer({ isConnectionFailure, reason }: BackendFault): boolean {
  return !isConnectionFailure && !sayNothing.has(reason);
}

function isDeclined(error: unknown): boolean {
  return error instanceof BackendFault && error.reason === 'declined';
}
