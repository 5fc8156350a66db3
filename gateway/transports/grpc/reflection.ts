/** `grpc.reflection.v1` and `v1alpha`: what services there are, worked out when the first client asks. */
import {
  Metadata,
  ServerInterceptingCall,
  status,
  type Server,
  type ServerDuplexStream,
  type ServerInterceptor,
} from '@grpc/grpc-js';
import type { ReflectionService } from '@grpc/reflection';

/** What reflection tells of the services: a package definition as a proto loader gives it. */
export type PackageDefinition = ConstructorParameters<typeof ReflectionService>[0];

export interface ReflectionOptions {
  /** Full names of the services that are told of. */
  readonly services: readonly string[];
  readonly packageDefinition: () => PackageDefinition;
}

type Call = Parameters<ServerInterceptor>[1];
type Stream = ServerDuplexStream<unknown, unknown>;

/** One version of the service as the library has it. */
interface Version {
  readonly handle: (call: Stream) => void;
  readonly serialize: (response: unknown) => Buffer;
  readonly deserialize: (bytes: Buffer) => unknown;
}

const versions = ['v1', 'v1alpha'];
const pathOf = (version: string): string =>
  `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`;

/** The index over all messages takes longer than anything else at the start, and few clients ever ask for it. */
export class Reflection {
  readonly #options: ReflectionOptions;
  readonly #paths = new Set(versions.map(pathOf));
  readonly #versions = new Map<string, Version>();
  #loading: Promise<void> | undefined;

  constructor(options: ReflectionOptions) {
    this.#options = options;
  }

  addTo(server: Server): void {
    for (const path of this.#paths) {
      server.register<unknown, unknown>(
        path,
        (call: Stream) => {
          this.#version(path).handle(call);
        },
        (response) => this.#version(path).serialize(response),
        (bytes) => this.#version(path).deserialize(bytes),
        'bidi',
      );
    }
  }

  /** Holds up calls of reflection until it can answer them; every other call stays as it is. */
  awaited(path: string, call: Call): Call {
    if (!this.#paths.has(path)) return call;
    return new ServerInterceptingCall(call, {
      start: (next) => {
        (this.#loading ??= this.#load()).then(
          () => {
            next();
          },
          () => {
            const details = 'Reflection cannot be loaded; reinstall the packages.';
            call.sendStatus({ code: status.INTERNAL, details, metadata: new Metadata() });
          },
        );
      },
    });
  }

  async #load(): Promise<void> {
    const { ReflectionService } = await import('@grpc/reflection');
    const { services, packageDefinition } = this.#options;
    const service = new ReflectionService(packageDefinition(), { services: [...services] });
    service.addToServer({
      addService: (definition, implementation) => {
        for (const [name, { path, requestDeserialize, responseSerialize }] of Object.entries(definition)) {
          const handle: unknown = implementation[name];
          if (!isStreamHandler(handle)) throw new Error(`reflection has no handler for ${path}`);
          this.#versions.set(path, {
            handle,
            serialize: responseSerialize,
            deserialize: requestDeserialize,
          });
        }
      },
    });
  }

  #version(path: string): Version {
    const version = this.#versions.get(path);
    if (version === undefined) throw new Error(`reflection has not been loaded before ${path} was called`);
    return version;
  }
}

const isStreamHandler = (handler: unknown): handler is Version['handle'] => typeof handler === 'function';
