/** A backend of bare HTTP/2 that does with each call what a test tells it to, and a connection to it. */
import http2, { type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import { BackendFault } from '../../gateway/engines/tensorflow-serving/backend-fault.ts';
import { Deadline } from '../../gateway/deadline.ts';
import { Http2Connection } from '../../gateway/engines/tensorflow-serving/http2-connection.ts';
import { UnaryCalls } from '../../gateway/engines/tensorflow-serving/unary-calls.ts';
import { thrownBy } from './thrown-by.ts';

export type HandleCall = (stream: ServerHttp2Stream, headers: http2.IncomingHttpHeaders) => void;

export const plainHeaders = { ':status': 200, 'content-type': 'application/grpc' };

/** @param flag 1 says that the message is compressed */
export function framed(message: Uint8Array, flag = 0, length = message.byteLength): Buffer {
  const head = Buffer.of(flag, 0, 0, 0, 0);
  head.writeUInt32BE(length, 1);
  return Buffer.concat([head, message]);
}

/** Headers, these bytes, and trailers. */
export function answerWith(
  stream: ServerHttp2Stream,
  body: Uint8Array,
  trailers: http2.OutgoingHttpHeaders = { 'grpc-status': '0' },
): void {
  stream.respond(plainHeaders, { waitForTrailers: true });
  stream.once('wantTrailers', () => {
    stream.sendTrailers(trailers);
  });
  stream.end(body);
}

export async function bytesOf(stream: ServerHttp2Stream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) {
    if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The bytes of a question, in pieces. */
export const question = [Buffer.from('head'), Buffer.alloc(100_000, 'picture'), Buffer.from('tail')];

/** Answers with the frame that was asked. */
export function echo(stream: ServerHttp2Stream): void {
  void bytesOf(stream).then((bytes) => {
    answerWith(stream, bytes);
  });
}

/** For answers whose bytes are overwritten once they have been read. */
export const copied = (bytes: Buffer): Buffer => Buffer.from(bytes);

export async function faultOf(work: () => Promise<unknown>): Promise<BackendFault> {
  const error = await thrownBy(work);
  if (error instanceof BackendFault) return error;
  throw new Error('no BackendFault', { cause: error });
}

export class RawGrpcBackend {
  handle: HandleCall;
  readonly sessions = new Set<ServerHttp2Session>();
  sessionCount = 0;
  readonly #server: Http2Server;
  #connection: Http2Connection | undefined;
  #calls: UnaryCalls | undefined;

  private constructor(server: Http2Server, handle: HandleCall) {
    this.#server = server;
    this.handle = handle;
    server.on('session', (session) => {
      this.sessionCount += 1;
      this.sessions.add(session);
      session.on('error', () => undefined).once('close', () => this.sessions.delete(session));
    });
    server.on('stream', (stream, headers) => {
      stream.on('error', () => undefined);
      this.handle(stream, headers);
    });
  }

  static async start(handle: HandleCall, settings: http2.Settings = {}): Promise<RawGrpcBackend> {
    const backend = new RawGrpcBackend(http2.createServer({ settings }), handle);
    await new Promise<void>((resolve) => backend.#server.listen(0, '127.0.0.1', resolve));
    return backend;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' ? (address?.port ?? 0) : 0;
  }

  get connection(): Http2Connection {
    this.#connection ??= new Http2Connection({
      address: { host: '127.0.0.1', port: this.port },
      connectMilliseconds: 5000,
    });
    return this.#connection;
  }

  get calls(): UnaryCalls {
    this.#calls ??= new UnaryCalls(this.connection);
    return this.#calls;
  }

  /** One call with a time of its own. */
  async ask(
    message: readonly Uint8Array[],
    deadline: Deadline = new Deadline(20_000),
    path = '/some.Service/Method',
  ): Promise<Buffer> {
    try {
      return await this.calls.ask({ path, message }, deadline, copied);
    } finally {
      deadline.release();
    }
  }

  async stop(): Promise<void> {
    this.#connection?.close();
    for (const session of this.sessions) session.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
