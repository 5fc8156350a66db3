/** `grpc.health.v1`: whether the server, and each of its services, can answer at this moment. */
import type { Server } from '@grpc/grpc-js';
import { HealthImplementation, service as healthDefinition } from 'grpc-health-check';
import { asReflectionFile } from '../../wire/reflection-files.ts';

export interface HealthOptions {
  /** Full names of the services that health is asked about; the empty name, for the whole server, is added. */
  readonly services: readonly string[];
  readonly isReady: () => boolean;
}

/** How late a client that watches may learn of a change. */
const WATCH_MILLISECONDS = 250;

export class Health {
  static readonly serviceName = 'grpc.health.v1.Health';
  readonly #implementation = new HealthImplementation();
  readonly #services: readonly string[];
  readonly #isReady: () => boolean;
  #wasReady: boolean | undefined;
  #isStopped = false;
  #watch: NodeJS.Timeout | undefined;

  constructor({ services, isReady }: HealthOptions) {
    this.#services = ['', ...services];
    this.#isReady = isReady;
    this.look();
  }

  /** The types of the messages, by the paths that take them, for reflection. */
  static get messageTypes(): Readonly<Record<string, (typeof healthDefinition)[string]['requestType']>> {
    return Object.fromEntries(
      Object.values(healthDefinition).map(({ path, requestType }) => {
        const files = requestType.fileDescriptorProtos.map(asReflectionFile);
        return [path, { ...requestType, fileDescriptorProtos: files }];
      }),
    );
  }

  addTo(server: Server): void {
    this.#implementation.addToServer(server);
    this.#watch = setInterval(() => {
      this.look();
    }, WATCH_MILLISECONDS).unref();
  }

  /** Nobody announces that readiness has changed: it is looked at before each check, and regularly for who watches. */
  look(): void {
    const isReady = !this.#isStopped && this.#isReady();
    if (isReady === this.#wasReady) return;
    this.#wasReady = isReady;
    for (const name of this.#services) {
      this.#implementation.setStatus(name, isReady ? 'SERVING' : 'NOT_SERVING');
    }
  }

  /** From now on nothing is answered. */
  stop(): void {
    clearInterval(this.#watch);
    this.#isStopped = true;
    this.look();
  }
}
