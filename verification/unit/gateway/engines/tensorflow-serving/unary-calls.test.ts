/** gRPC calls over bare HTTP/2: what goes out and what comes back. */
import { Server, ServerCredentials, status } from '@grpc/grpc-js';
import { expect } from 'chai';
import { once } from 'node:events';
import http2 from 'node:http2';
import { BackendFault } from '../../../../../gateway/engines/tensorflow-serving/backend-fault.ts';
import { Deadline } from '../../../../../gateway/deadline.ts';
import { Http2Connection } from '../../../../../gateway/engines/tensorflow-serving/http2-connection.ts';
import { UnaryCalls } from '../../../../../gateway/engines/tensorflow-serving/unary-calls.ts';
import {
  answerWith,
  copied,
  echo,
  faultOf,
  framed,
  plainHeaders,
  question,
  RawGrpcBackend,
} from '../../../../support/raw-grpc-backend.ts';

const answer = Buffer.from('answer');
const { constants } = http2;

describe('a gRPC call over HTTP/2', () => {
  let backend: RawGrpcBackend;
  const start = async (...options: Parameters<typeof RawGrpcBackend.start>): Promise<RawGrpcBackend> =>
    (backend = await RawGrpcBackend.start(...options));
  afterEach(() => backend.stop());

  it('sends its pieces as one message, with the headers that gRPC asks for, and gives the answer', async () => {
    let seen: http2.IncomingHttpHeaders = {};
    await start((stream, headers) => {
      seen = headers;
      echo(stream);
    });
    expect(await backend.ask(question, new Deadline(7000))).to.deep.equal(Buffer.concat(question));
    expect(seen).to.include({
      ':method': 'POST',
      ':scheme': 'http',
      ':authority': `127.0.0.1:${backend.port}`,
      ':path': '/some.Service/Method',
      te: 'trailers',
      'content-type': 'application/grpc',
      'grpc-accept-encoding': 'identity',
    });
    expect(seen['grpc-timeout']).to.match(/^[1-7]\d{0,3}m$/);
  });

  it('may have days of time', async () => {
    const timeouts: unknown[] = [];
    await start((stream, headers) => {
      timeouts.push(headers['grpc-timeout']);
      echo(stream);
    });
    await backend.ask(question, new Deadline(2 ** 31 - 1));
    expect(timeouts).to.deep.equal(['2147484S']);
  });

  it('takes an answer of many megabytes', async () => {
    const large = Buffer.alloc(20 * 2 ** 20, 'large');
    await start((stream) => {
      stream.resume();
      answerWith(stream, framed(large));
    });
    expect((await backend.ask(question)).equals(large)).to.equal(true);
  });

  it('lies where the answer before it lay', async () => {
    await start(echo);
    const memory = new Set<ArrayBufferLike>();
    for (let turn = 0; turn < 5; turn += 1) {
      const asked = Buffer.from(`turn ${turn}`);
      const read = (message: Buffer): string => {
        memory.add(message.buffer);
        return message.toString();
      };
      const deadline = new Deadline(20_000);
      const path = '/some.Service/Method';
      const text = await backend.calls.ask({ path, message: [asked] }, deadline, read);
      deadline.release();
      expect(text).to.equal(asked.toString());
    }
    expect(memory.size).to.equal(1);
  });

  it('fails as the reading of its answer does', async () => {
    await start(echo);
    const deadline = new Deadline(20_000);
    const reading = backend.calls.ask({ path: '/some.Service/Method', message: question }, deadline, () => {
      throw new BackendFault('failed', 'not to be read');
    });
    expect((await faultOf(() => reading)).message).to.equal('not to be read');
    deadline.release();
    expect(await backend.ask([answer])).to.deep.equal(answer);
  });

  it('goes on when the answer comes a byte at a time', async () => {
    await start((stream) => {
      stream.resume();
      stream.respond(plainHeaders, { waitForTrailers: true });
      stream.once('wantTrailers', () => {
        stream.sendTrailers({ 'grpc-status': '0' });
      });
      const bytes = framed(answer);
      const send = (at: number): void => {
        if (at === bytes.length) stream.end();
        else
          stream.write(bytes.subarray(at, at + 1), () => {
            setImmediate(send, at + 1);
          });
      };
      send(0);
    });
    expect(await backend.ask(question)).to.deep.equal(answer);
  });

  it('is cancelled at the backend when its caller leaves', async () => {
    const codes: Promise<unknown>[] = [];
    const deadline = new Deadline(20_000);
    await start((stream) => {
      codes.push(once(stream, 'close').then(() => stream.rstCode));
      deadline.end('gone');
    });
    expect((await faultOf(() => backend.ask(question, deadline))).reason).to.equal('aborted');
    expect(await Promise.all(codes)).to.deep.equal([constants.NGHTTP2_CANCEL]);
  });

  it('ends with an answer that comes before everything has left, and sends no more', async () => {
    const pictures = Array.from({ length: 30 }, (_, k) => Buffer.alloc(300_000 + k, `picture ${k} `));
    const received: Buffer[] = [];
    const readings: Promise<unknown>[] = [];
    await start((stream) => {
      answerWith(stream, framed(answer));
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        stream.pause();
        setTimeout(() => stream.resume(), 1);
      });
      readings.push(once(stream, 'close').then(() => received.push(Buffer.concat(chunks).subarray(5))));
    });
    await Promise.all(
      pictures.map(async (picture) => {
        const memory = Buffer.from(picture);
        expect(await backend.ask([memory])).to.deep.equal(answer);
        memory.fill(0);
      }),
    );
    await Promise.all(readings);
    const strange = received.filter(
      (bytes) => !pictures.some((picture) => picture.subarray(0, bytes.length).equals(bytes)),
    );
    expect(received).to.have.length(pictures.length);
    expect(strange).to.have.length(0);
    expect(received.some(({ length }) => length < 300_000)).to.equal(true);
  });

  it('is understood by a server of another make', async () => {
    await start(echo);
    const server = new Server();
    const asIs = (bytes: Buffer): Buffer => bytes;
    server.register(
      '/some.Service/Method',
      (call: { request: Buffer }, respond: (error: object | null, bytes?: Buffer) => void) => {
        if (call.request.length > 0) respond(null, call.request);
        else respond({ code: status.RESOURCE_EXHAUSTED, details: 'zu viel für mich' });
      },
      asIs,
      asIs,
      'unary',
    );
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
        if (error === null) resolve(bound);
        else reject(error);
      });
    });
    const address = { host: 'localhost', port };
    const connection = new Http2Connection({ address, connectMilliseconds: 5000 });
    const calls = new UnaryCalls(connection);
    const deadline = new Deadline(20_000);
    const path = '/some.Service/Method';
    const whole = await calls.ask({ path, message: question }, deadline, copied);
    const fault = await faultOf(() => calls.ask({ path, message: [] }, deadline, copied));
    deadline.release();
    connection.close();
    server.forceShutdown();
    expect(whole).to.deep.equal(Buffer.concat(question));
    expect(fault.reason).to.equal('overloaded');
    expect(fault.message).to.include('zu viel für mich');
  });
});
