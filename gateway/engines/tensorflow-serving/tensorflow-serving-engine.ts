/** The engine of the second tier: models that TensorFlow Serving, or whoever speaks like it, holds and runs. */
import { systemClock } from '../../clock.ts';
import { Deadline } from '../../deadline.ts';
import type { CallTime } from '../../deadline.ts';
import type { Engine, LoadedModel, LoadOptions, Signature } from '../../domain/engine.ts';
import type { EngineLog } from '../../domain/engine-log.ts';
import type { ModelVersion } from '../../domain/model.ts';
import { pictureInput } from '../../domain/picture-input.ts';
import type { PicturePreparation } from '../../domain/picture-preparation.ts';
import { Backend, statusMilliseconds } from './backend.ts';
import { authority } from './backend-client.ts';
import type { Address, VersionName } from './backend-client.ts';
import { BackendFault } from './backend-fault.ts';
import { GrpcClient } from './grpc-client.ts';
import { LoadedServingModel } from './loaded-serving-model.ts';
import { loadableVersions } from './loadable-versions.ts';
import type { StatusOutcome } from './loadable-versions.ts';
import { ModelRoutes } from './model-routes.ts';
import { picturesName, picturesSignature } from './pictures-signature.ts';
import type { PicturesSignature } from './pictures-signature.ts';
import { predictSignatures } from './predict-signatures.ts';
import { publicError } from './public-error.ts';
import { RestClient } from './rest-client.ts';
import type { Route } from './route.ts';
import { warmUpInputs } from './warm-up.ts';
import { WarmUpPatience } from './warm-up-patience.ts';

export interface TensorflowServingEngineOptions {
  /** At least one; each port is the one of the protocol. */
  readonly addresses: readonly Address[];
  readonly protocol: 'rest' | 'grpc';
  /** How long one inference may take, its second try included. */
  readonly timeoutMilliseconds: number;
  /** How long the first attempt to warm a version up may take, if not as long as usual. */
  readonly warmUpMilliseconds?: number;
  readonly log: EngineLog;
  /** Makes tensors of pictures for models that take tensors only; without it those answer tensors only. */
  readonly preparation?: PicturePreparation | undefined;
}

export function createTensorflowServingEngine(options: TensorflowServingEngineOptions): Engine {
  return new TensorflowServingEngine(options);
}

/** Before the end of the whole load, so that a warm-up that takes too long is what ends it. */
const aheadMilliseconds = 20;

class TensorflowServingEngine implements Engine {
  readonly name = 'tensorflow-serving';
  readonly #options: TensorflowServingEngineOptions;
  readonly #backends: readonly Backend[];
  readonly #loaded = new Set<LoadedModel>();
  readonly #closing = new AbortController();
  readonly #patience: WarmUpPatience;

  constructor(options: TensorflowServingEngineOptions) {
    this.#options = options;
    this.#patience = new WarmUpPatience(options.warmUpMilliseconds);
    const Client = options.protocol === 'grpc' ? GrpcClient : RestClient;
    this.#backends = options.addresses.map(
      (address) =>
        new Backend({
          address: authority(address),
          client: new Client(address),
          clock: systemClock,
          log: options.log,
        }),
    );
  }

  async versionsOf(name: string, { signal }: LoadOptions): Promise<readonly number[]> {
    return this.#within(statusMilliseconds, signal, async (time) => {
      const outcomes = await Promise.all(this.#backends.map((backend) => statusOutcome(backend, name, time)));
      return loadableVersions(outcomes);
    });
  }

  async load(model: ModelVersion, { signal }: LoadOptions): Promise<LoadedModel> {
    return this.#within(this.#options.timeoutMilliseconds, signal, (time) => this.#load(model, time));
  }

  async close(graceMilliseconds?: number): Promise<void> {
    this.#closing.abort();
    await Promise.all([...this.#loaded].map((model) => model.close(graceMilliseconds)));
    for (const backend of this.#backends) backend.close();
  }

  async #load({ name, version, preprocessing }: ModelVersion, time: CallTime): Promise<LoadedModel> {
    const { timeoutMilliseconds, log } = this.#options;
    const signatures = await this.#signaturesOf({ name, version }, time);
    const pictures = await this.#picturesFor(signatures, preprocessing, time);
    const routes = new ModelRoutes({ name, version }, this.#backends, { clock: systemClock, log });
    try {
      await routes.askEverywhere((route) => this.#warmUp(route, { name, version, signatures }, time));
    } catch (error) {
      routes.end();
      await pictures?.prepared.close();
      throw error;
    }
    const loaded = new LoadedServingModel({
      version: { name, version },
      signatures,
      pictures,
      routes,
      timeoutMilliseconds,
      onClosed: () => this.#loaded.delete(loaded),
    });
    this.#loaded.add(loaded);
    return loaded;
  }

  /** As the backend says that is first to answer: one that leaves the question unanswered holds up nobody. */
  async #signaturesOf(version: VersionName, time: CallTime): Promise<readonly Signature[]> {
    const asked = this.#backends.filter(({ isEjected }) => !isEjected);
    if (asked.length === 0) throw new BackendFault('unavailable', 'all backends are ejected');
    const asking = new Deadline(time.endsAt - Date.now(), time.signal);
    try {
      return await Promise.any(asked.map((backend) => usableSignatures(backend, version, asking)));
    } catch (error) {
      const faults: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
      throw faults.at(-1);
    } finally {
      asking.end('gone');
      asking.release();
    }
  }

  /** As long as there is patience with the version, also when the load is over because another backend has answered. */
  async #warmUp(route: Route, served: ServedVersion, time: CallTime): Promise<void> {
    const title = `${served.name}/${served.version}`;
    const milliseconds = this.#patience.of(title);
    const left = time.endsAt - Date.now() - aheadMilliseconds;
    const given = Math.max(Math.min(milliseconds, left), 1);
    const patience = new Deadline(given, time.signal);
    try {
      await this.#askAll(route, served, patience);
      this.#patience.wasEnough(title);
    } catch (error) {
      if (patience.ended !== 'late') throw error;
      this.#patience.wasTooShort(title, milliseconds);
      throw new BackendFault('late', `no answer to the warm-up within ${given} ms`, { cause: error });
    } finally {
      patience.release();
    }
  }

  /** A refusal is an answer too: nobody can know what sizes and values suit a model. */
  async #askAll(route: Route, { signatures, ...version }: ServedVersion, time: CallTime): Promise<void> {
    for (const signature of signatures) {
      const inputs = warmUpInputs(signature);
      if (inputs === undefined) continue;
      const outputs = signature.outputs.map(({ name }) => name);
      try {
        await route.warmUp({ ...version, signature, inputs, outputs }, time);
      } catch (error) {
        if (!(error instanceof BackendFault) || error.reason !== 'refused') throw error;
        const facts = { model: version.name, version: version.version, signature: signature.name, error };
        this.#options.log.warn(facts, 'a backend refused the warm-up of a signature');
      }
    }
  }

  async #picturesFor(
    signatures: readonly Signature[],
    stated: ModelVersion['preprocessing'],
    { signal }: CallTime,
  ): Promise<PicturesSignature | undefined> {
    const target = signatures.find(({ inputs }) => inputs.every(({ content }) => content === undefined));
    const isTaken = signatures.some((one) => pictureInput(one) !== undefined || one.name === picturesName);
    if (target?.inputs.length !== 1 || isTaken) return undefined;
    const prepared = await this.#options.preparation?.open(target, stated, { signal });
    return prepared && picturesSignature(target, prepared);
  }

  /** Does something of the engine's own within a time, and says to a client what went wrong with it. */
  async #within<Result>(
    milliseconds: number,
    caller: AbortSignal,
    work: (time: CallTime) => Promise<Result>,
  ): Promise<Result> {
    const deadline = new Deadline(milliseconds, AbortSignal.any([caller, this.#closing.signal]));
    try {
      return await work(deadline);
    } catch (error) {
      throw publicError(error, { subject: 'prepared', ended: deadline.ended });
    } finally {
      deadline.release();
    }
  }
}

interface ServedVersion extends VersionName {
  readonly signatures: readonly Signature[];
}

/** @throws BackendFault */
async function usableSignatures(
  backend: Backend,
  version: VersionName,
  time: CallTime,
): Promise<readonly Signature[]> {
  const { signatures } = await backend.metadata(version, time);
  const usable = predictSignatures(signatures);
  if (usable.length > 0) return usable;
  throw new BackendFault('failed', 'the model has no signature for predictions');
}

async function statusOutcome(backend: Backend, name: string, time: CallTime): Promise<StatusOutcome> {
  if (backend.isEjected) return new BackendFault('unavailable', 'the backend is ejected');
  try {
    return await backend.statuses(name, time);
  } catch (error) {
    if (!(error instanceof BackendFault)) throw error;
    return error.reason === 'not-served' ? [] : error;
  }
}
