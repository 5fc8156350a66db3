/** A gRPC server with one method, whose answer each test chooses, and a client connected to it. */
import { expect } from 'chai';
import { status } from '@grpc/grpc-js';
import { grpcMethod, type UnaryCallContext } from '../../gateway/transports/grpc/grpc-method.ts';
import { GrpcServer, type GrpcServerOptions } from '../../gateway/transports/grpc/grpc-server.ts';
import { byteMethod, GrpcCaller, type CallOptions, type GrpcAnswer } from './grpc-caller.ts';

export type Answer = (request: Buffer, context: UnaryCallContext) => Promise<Buffer>;

interface LogLine {
  readonly level: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly sentence: string;
}

export const echoPath = '/test.Echo/Say';
const echo: Answer = async (request) => request;

export class EchoServer {
  answer: Answer = echo;
  readonly logged: LogLine[] = [];
  readonly server: GrpcServer;
  #caller: GrpcCaller | undefined;
  #port = 0;

  constructor(options: Partial<GrpcServerOptions> = {}) {
    const logger = (level: string) => (fields: LogLine['fields'], sentence: string) => {
      this.logged.push({ level, fields, sentence });
    };
    const definition = {
      path: echoPath,
      requestDeserialize: (bytes: Buffer) => {
        if (bytes.equals(Buffer.from('broken'))) throw new Error('index out of range');
        return bytes;
      },
      responseSerialize: (bytes: Buffer) => bytes,
    };
    this.server = new GrpcServer({
      methods: [grpcMethod(definition, (request, context) => this.answer(request, context))],
      packageDefinition: () => ({}),
      isReady: () => true,
      log: { info: logger('info'), warn: logger('warn'), error: logger('error') },
      maxMessageBytes: 1000,
      ...options,
    });
  }

  get port(): number {
    return this.#port;
  }

  get caller(): GrpcCaller {
    if (this.#caller === undefined) throw new Error('the server has not been started');
    return this.#caller;
  }

  async start(): Promise<void> {
    const { port } = await this.server.listen({ host: '127.0.0.1', port: 0 });
    this.#port = port;
    this.#caller = new GrpcCaller(port);
  }

  async stop(): Promise<void> {
    this.#caller?.close();
    await this.server.close(0);
  }

  say(text: string | Buffer, options?: CallOptions): Promise<GrpcAnswer<Buffer>> {
    return this.caller.call(byteMethod(echoPath), Buffer.from(text), options);
  }

  /** Lets the next call wait; resolves with what releases it once it is inside. */
  holdNext(): Promise<() => void> {
    return new Promise((begun) => {
      this.answer = (request) =>
        new Promise((resolve) => {
          begun(() => {
            resolve(request);
          });
        });
    });
  }

  /** Asserts that the same connection is still good for a call. */
  async expectHealthy(): Promise<void> {
    this.answer = echo;
    const { code, response } = await this.say('hello');
    expect(code).to.equal(status.OK);
    expect(response?.toString()).to.equal('hello');
  }
}
