/** All ways to one model version: takes the least busy one that works, and another when that fails. */
import { settledWithin } from '../../clock.ts';
import type { Timer } from '../../clock.ts';
import type { CallTime } from '../../deadline.ts';
import type { Readiness } from '../../domain/engine.ts';
import type { Tensor } from '../../domain/tensor.ts';
import type { Backend } from './backend.ts';
import type { Question, VersionName } from './backend-client.ts';
import { BackendFault, isAboutTheRequest } from './backend-fault.ts';
import { Route } from './route.ts';
import type { RouteSurroundings } from './route.ts';

const retryAfterSeconds = 1;

/** Backends of one model need about as long for a first answer; who needs longer than another by this may be hanging. */
const companionMilliseconds = 1000;

export class ModelRoutes {
  readonly #routes: readonly Route[];
  readonly #clock: Timer;
  /** Where the search begins, so that equally busy backends take turns. */
  #turn = 0;

  constructor(version: VersionName, backends: readonly Backend[], surroundings: RouteSurroundings) {
    this.#routes = backends.map((backend) => new Route(version, backend, surroundings));
    this.#clock = surroundings.clock;
  }

  /**
   * Tries a second time where that does no harm: inference changes nothing, so it may be begun anew elsewhere when what
   * went wrong is not the fault of the inputs. Time that ran out is not tried again.
   *
   * @throws BackendFault
   */
  async predict(question: Question, time: CallTime): Promise<ReadonlyMap<string, Tensor>> {
    const first = this.#routes.find((route) => route.isUsable && route.standing.takeTrial()) ?? this.#best();
    if (first === undefined) throw this.#refusal();
    try {
      return await first.predict(question, time);
    } catch (error) {
      const second = time.ended === undefined ? this.#afterFault(first, error) : undefined;
      if (second === undefined) throw error;
      return await second.predict(question, time);
    }
  }

  /**
   * Asks every backend that works, each all questions one after the other. Once one has answered, the others have a
   * moment more; whoever needs longer is asked by nobody else until it has answered too, but for a trial now and then.
   *
   * @throws BackendFault of the first backend when none answered
   */
  async askEverywhere(ask: (route: Route) => Promise<void>): Promise<void> {
    const usable = this.#routes.filter((route) => route.isUsable);
    if (usable.length === 0) throw this.#refusal();
    const unanswered = new Set(usable);
    const asked = usable.map((route) => ask(route).finally(() => unanswered.delete(route)));
    try {
      await Promise.any(asked);
    } catch (error) {
      const faults: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
      throw faults[0];
    }
    await settledWithin(this.#clock, companionMilliseconds, Promise.allSettled(asked));
    for (const { standing } of unanswered) {
      standing.lose(new BackendFault('late', 'others have answered the warm-up long ago'));
    }
  }

  readiness(): Readiness {
    if (this.#routes.some((route) => route.isUsable)) return { ready: true };
    const reason = this.#routes.every((route) => route.backend.isEjected)
      ? 'The model server behind the gateway cannot be reached.'
      : 'The model server behind the gateway does not serve this model at the moment.';
    return { ready: false, reason, retryAfterSeconds };
  }

  end(): void {
    for (const route of this.#routes) route.end();
  }

  #refusal(): BackendFault {
    const isPresentNowhere = this.#routes.some((route) => route.isAbsent && !route.backend.isEjected);
    return isPresentNowhere
      ? new BackendFault('not-served', 'no backend serves the version')
      : new BackendFault('unavailable', 'all backends are ejected');
  }

  #afterFault(failed: Route, error: unknown): Route | undefined {
    if (!(error instanceof BackendFault) || isAboutTheRequest(error)) return undefined;
    const other = this.#best(failed);
    const isLost = error.isConnectionFailure || error.reason === 'not-served';
    if (isLost) return other ?? (error.isWorthRepeating ? failed : undefined);
    // Where all fail, or have too much to do, asking twice would only make it worse.
    return other?.standing.isSpotless === true ? other : undefined;
  }

  /** The least busy one of those that answer well; of the others only when there is none. */
  #best(except?: Route): Route | undefined {
    const count = this.#routes.length;
    this.#turn = (this.#turn + 1) % count;
    let best: Route | undefined;
    for (let index = 0; index < count; index += 1) {
      const route = this.#routes[(this.#turn + index) % count];
      if (route === undefined || route === except || !route.isUsable) continue;
      if (best === undefined || isBetter(route, best)) best = route;
    }
    return best;
  }
}

function isBetter(one: Route, other: Route): boolean {
  const isGood = one.standing.isGood;
  if (isGood !== other.standing.isGood) return isGood;
  return one.backend.outstanding < other.backend.outstanding;
}
