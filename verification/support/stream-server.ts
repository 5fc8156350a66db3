/** A gRPC server with one method that takes and gives a stream, whose answers each test chooses, and streams of a client. */
import { connect } from 'node:http2';
import { Client, credentials, Metadata, type ClientDuplexStream, type StatusObject } from '@grpc/grpc-js';
import type { ServingError } from '../../gateway/domain/errors.ts';
import { grpcStreamMethod, type CallContext } from '../../gateway/transports/grpc/grpc-method.ts';
import { GrpcServer, type GrpcServerOptions } from '../../gateway/transports/grpc/grpc-server.ts';

export const streamPath = '/test.Echo/Converse';
const asTheyAre = (bytes: Buffer): Buffer => bytes;
const unreadable = 'broken';

/** What a client sees of one stream. */
export class ClientStream {
  readonly call: ClientDuplexStream<Buffer, Buffer>;
  readonly answers: string[] = [];
  readonly ended: Promise<StatusObject>;
  #wanted: { readonly count: number; readonly resolve: () => void } | undefined;

  constructor(call: ClientDuplexStream<Buffer, Buffer>) {
    this.call = call;
    this.ended = new Promise((resolve) => {
      call.once('status', resolve);
    });
    // The status says the same.
    call.on('error', () => undefined);
    call.on('data', (answer: Buffer) => {
      this.answers.push(answer.toString());
      if (this.answers.length === this.#wanted?.count) this.#wanted.resolve();
    });
  }

  say(...texts: string[]): void {
    for (const text of texts) this.call.write(Buffer.from(text));
  }

  /** Resolves when so many answers have come. */
  async heard(count: number): Promise<readonly string[]> {
    if (this.answers.length < count) {
      await new Promise<void>((resolve) => (this.#wanted = { count, resolve }));
    }
    return this.answers;
  }
}

export interface RawStream {
  /** Each answer with five bytes before it. */
  readonly bytesRead: number;
  readonly ended: Promise<void>;
  readonly close: () => void;
}

export class StreamServer {
  answer: (request: string, context: CallContext) => Promise<string> = async (request) => request;
  /** Requests that have begun, and how many of them go on. */
  readonly begun: string[] = [];
  inside = 0;
  mostInside = 0;
  readonly logged: Readonly<Record<string, unknown>>[] = [];
  readonly server: GrpcServer;
  #client: Client | undefined;
  #port = 0;

  constructor(options: Partial<GrpcServerOptions> = {}) {
    const note = (fields: Readonly<Record<string, unknown>>): void => {
      this.logged.push(fields);
    };
    const definition = {
      path: streamPath,
      requestDeserialize: (bytes: Buffer) => {
        if (bytes.equals(Buffer.from(unreadable))) throw new Error('index out of range');
        return bytes.toString();
      },
      responseSerialize: (text: string) => Buffer.from(text),
    };
    this.server = new GrpcServer({
      methods: [],
      streams: [
        grpcStreamMethod(definition, {
          answer: (request, context) => this.#counted(request, context),
          refusal: ({ kind, message }: ServingError, request) => `${kind} ${request ?? '?'}: ${message}`,
        }),
      ],
      packageDefinition: () => ({}),
      isReady: () => true,
      log: { info: note, warn: note, error: note },
      maxMessageBytes: 1_000_000,
      ...options,
    });
  }

  get port(): number {
    return this.#port;
  }

  async start(): Promise<void> {
    ({ port: this.#port } = await this.server.listen({ host: '127.0.0.1', port: 0 }));
    this.#client = this.connect();
  }

  /** Another connection. */
  connect(): Client {
    return new Client(`127.0.0.1:${this.#port}`, credentials.createInsecure(), {
      'grpc.use_local_subchannel_pool': 1,
      // What it keeps to send again makes a client of many requests slow.
      'grpc.enable_retries': 0,
      'grpc.max_send_message_length': -1,
      'grpc.max_receive_message_length': -1,
    });
  }

  open({
    client = this.#client,
    deadline,
  }: { readonly client?: Client | undefined; readonly deadline?: number } = {}): ClientStream {
    if (client === undefined) throw new Error('the server has not been started');
    const options = deadline === undefined ? {} : { deadline: Date.now() + deadline };
    return new ClientStream(
      client.makeBidiStreamRequest(streamPath, asTheyAre, asTheyAre, new Metadata(), options),
    );
  }

  /** So many requests by HTTP/2 itself, since the library's own client reads ahead, and is slow with many. */
  openRaw(text: string, count: number, { isRead }: { readonly isRead: boolean }): RawStream {
    const session = connect(`http://127.0.0.1:${this.#port}`);
    const stream = session.request({
      ':method': 'POST',
      ':path': streamPath,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    const message = Buffer.concat([Buffer.alloc(5), Buffer.from(text)]);
    message.writeUInt32BE(Buffer.byteLength(text), 1);
    const raw = {
      bytesRead: 0,
      ended: new Promise<void>((resolve) => {
        stream.once('close', resolve);
      }),
      close: () => {
        session.destroy();
      },
    };
    stream.on('error', () => undefined);
    if (isRead) stream.on('data', (bytes: Buffer) => (raw.bytesRead += bytes.byteLength));
    stream.end(Buffer.concat(Array<Buffer>(count).fill(message)));
    return raw;
  }

  async stop(): Promise<void> {
    this.#client?.close();
    await this.server.close(0);
  }

  async #counted(request: string, context: CallContext): Promise<string> {
    this.begun.push(request);
    this.inside += 1;
    this.mostInside = Math.max(this.mostInside, this.inside);
    try {
      return await this.answer(request, context);
    } finally {
      this.inside -= 1;
    }
  }
}
