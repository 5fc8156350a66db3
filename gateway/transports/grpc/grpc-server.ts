/** Listens for gRPC and stops politely. */
import { Server, ServerCredentials, logVerbosity, setLogVerbosity } from '@grpc/grpc-js';
import { ReflectionService } from '@grpc/reflection';
import type { GrpcLog } from './grpc-log.ts';
import type { MemoryBudget } from './call-outcome.ts';
import type { GrpcMethod, GrpcStreamMethod } from './grpc-method.ts';
import { Health } from './health.ts';
import { OpenStreams } from './open-streams.ts';
import { StreamCall } from './stream-call.ts';
import { gatedCall } from './stream-gate.ts';
import { unaryCall } from './unary-call.ts';

/** What reflection tells of the services: a package definition as a proto loader gives it. */
export type PackageDefinition = ConstructorParameters<typeof ReflectionService>[0];

export interface GrpcServerOptions {
  readonly methods: readonly GrpcMethod[];
  readonly streams?: readonly GrpcStreamMethod[];
  readonly packageDefinition: PackageDefinition;
  readonly isReady: () => boolean;
  readonly log: GrpcLog;
  /** Largest request message. */
  readonly maxMessageBytes: number;
  /** Shared with other uploads; without it only single messages are bounded. */
  readonly budget?: MemoryBudget | undefined;
  /** How long an answer in a stream may wait for its client to read it; a minute when absent. */
  readonly streamPatienceMilliseconds?: number;
}

/** Requests of one stream that are worked on at once, or whose answers wait to be read. */
const mostInside = 8;
const usualPatienceMilliseconds = 60_000;

export interface ListeningAddress {
  readonly host: string;
  readonly port: number;
}

const bytesAsTheyAre = (bytes: Buffer): Buffer => bytes;

export class GrpcServer {
  readonly #server: Server;
  readonly #health: Health;
  readonly #streams = new OpenStreams();
  readonly #calls = new Set<StreamCall>();
  #isListening = false;

  constructor(options: GrpcServerOptions) {
    const { methods, streams = [], packageDefinition, isReady, log, maxMessageBytes, budget } = options;
    const services = [...new Set(methods.map(({ path }) => serviceOf(path)))];
    const gated = new Set(streams.map(({ path }) => path));
    this.#health = new Health({ services, isReady });
    this.#server = new Server({
      'grpc.max_receive_message_length': maxMessageBytes,
      'grpc.max_send_message_length': -1,
      interceptors: [
        (definition, call) => {
          if (definition.path.startsWith(`/${Health.serviceName}/`)) this.#health.look();
          if (gated.has(definition.path)) return gatedCall(call, { mostInside, budget });
          return this.#streams.intercept(definition, call);
        },
      ],
    });
    for (const method of methods) {
      const handle = unaryCall(method, { log, budget });
      this.#server.register(method.path, handle, bytesAsTheyAre, bytesAsTheyAre, 'unary');
    }
    for (const method of streams) {
      const handle = (call: ConstructorParameters<typeof StreamCall>[0]): void => {
        const patienceMilliseconds = options.streamPatienceMilliseconds ?? usualPatienceMilliseconds;
        const running = new StreamCall(call, method, { log, patienceMilliseconds });
        this.#calls.add(running);
        void running.run().finally(() => this.#calls.delete(running));
      };
      this.#server.register(method.path, handle, bytesAsTheyAre, bytesAsTheyAre, 'bidi');
    }
    this.#health.addTo(this.#server);
    const reflected = { ...packageDefinition, ...Health.messageTypes };
    const shown = [...services, Health.serviceName];
    new ReflectionService(reflected, { services: shown }).addToServer(this.#server);
  }

  /**
   * @param address port 0 takes any free one
   * @returns where it really listens
   * @throws an error with the `code` of the system, such as EADDRINUSE or EACCES, and the `port`
   */
  async listen({ host, port }: ListeningAddress): Promise<ListeningAddress> {
    // The library writes what goes wrong to the console as well.
    setLogVerbosity(logVerbosity.NONE);
    const place = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    const bound = await new Promise<number>((resolve, reject) => {
      this.#server.bindAsync(place, ServerCredentials.createInsecure(), (error, boundPort) => {
        if (error === null) resolve(boundPort);
        else reject(systemError(error, port));
      });
    });
    this.#isListening = true;
    return { host, port: bound };
  }

  /**
   * Takes no new call, lets those inside finish, ends the streams of health and reflection; whatever is left after the
   * grace period is cut off.
   *
   * @returns whether everything inside could finish
   */
  async close(graceMilliseconds: number): Promise<boolean> {
    this.#health.stop();
    if (!this.#isListening) return true;
    this.#isListening = false;
    let isFinished = true;
    const grace = setTimeout(() => {
      isFinished = false;
      this.#server.forceShutdown();
    }, graceMilliseconds);
    await new Promise<void>((resolve) => {
      this.#server.tryShutdown(() => {
        resolve();
      });
      this.#streams.end();
      for (const call of this.#calls) call.stop();
    });
    clearTimeout(grace);
    return isFinished;
  }
}

function serviceOf(path: string): string {
  return path.split('/')[1] ?? '';
}

/** The library keeps the system's code in the words of its message only. */
function systemError(error: Error, port: number): Error {
  const [code] = /\bE[A-Z]{3,}\b/.exec(error.message) ?? [];
  const sentence = `gRPC cannot listen on port ${port}.`;
  return Object.assign(new Error(sentence, { cause: error }), {
    port,
    ...(code === undefined ? {} : { code }),
  });
}
