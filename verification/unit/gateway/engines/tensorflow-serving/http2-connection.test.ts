/** The HTTP/2 session that carries the gRPC calls to a backend: made when it is needed, shared, and left when it is of no use. */
import { expect } from 'chai';
import { once } from 'node:events';
import type { ServerHttp2Stream } from 'node:http2';
import net from 'node:net';
import type { BackendFault } from '../../../../../gateway/engines/tensorflow-serving/backend-fault.ts';
import { Deadline } from '../../../../../gateway/deadline.ts';
import { Http2Connection } from '../../../../../gateway/engines/tensorflow-serving/http2-connection.ts';
import { UnaryCalls } from '../../../../../gateway/engines/tensorflow-serving/unary-calls.ts';
import { copied, echo, faultOf, question, RawGrpcBackend } from '../../../../support/raw-grpc-backend.ts';

const answer = Buffer.from('answer');

describe('a gRPC call over a shared connection', () => {
  let backend: RawGrpcBackend;
  const start = async (...options: Parameters<typeof RawGrpcBackend.start>): Promise<RawGrpcBackend> =>
    (backend = await RawGrpcBackend.start(...options));
  afterEach(() => backend.stop());

  for (const limit of [1, 100]) {
    it(`is one of 200 at once at a backend that takes ${limit} at a time`, async () => {
      let running = 0;
      let most = 0;
      const handle = (stream: ServerHttp2Stream): void => {
        most = Math.max(most, (running += 1));
        stream.once('close', () => (running -= 1));
        echo(stream);
      };
      await start(handle, { maxConcurrentStreams: limit });
      const asked = Array.from({ length: 200 }, (_, k) => Buffer.alloc(20_000, `${k} `));
      const answers = await Promise.all(asked.map((message) => backend.ask([message])));
      expect(answers.map((one, k) => asked[k]?.equals(one))).not.to.include(false);
      expect(most).to.be.at.most(limit);
      expect(backend.sessionCount).to.equal(1);
    });
  }

  it('that waits for its turn and is given up lets the others pass', async () => {
    const streams: ServerHttp2Stream[] = [];
    await start((stream) => streams.push(stream), { maxConcurrentStreams: 1 });
    const first = backend.ask(question);
    while (streams.length === 0) await new Promise(setImmediate);
    const waiting = new Deadline(20_000);
    const second = faultOf(() => backend.ask(question, waiting));
    const third = backend.ask([answer]);
    await new Promise(setImmediate);
    waiting.end('gone');
    expect((await second).reason).to.equal('aborted');
    backend.handle = echo;
    streams.forEach(echo);
    expect(await first).to.deep.equal(Buffer.concat(question));
    expect(await third).to.deep.equal(answer);
  });

  it('that gets no answer in time is followed by one over a new connection', async () => {
    await start(() => undefined);
    expect((await faultOf(() => backend.ask(question, new Deadline(50)))).reason).to.equal('aborted');
    backend.handle = echo;
    expect(await backend.ask([answer])).to.deep.equal(answer);
    expect(backend.sessionCount).to.equal(2);
  });

  for (const headerTableSize of [0, 200, 65_536]) {
    it(`is answered by a backend with a table of ${headerTableSize} bytes for headers`, async () => {
      await start(echo, { headerTableSize });
      for (let turn = 0; turn < 3; turn += 1) expect(await backend.ask([answer])).to.deep.equal(answer);
      for (const session of backend.sessions) {
        await new Promise<void>((resolve) => {
          session.settings({ headerTableSize: headerTableSize / 2 }, () => {
            resolve();
          });
        });
      }
      expect(await backend.ask([answer])).to.deep.equal(answer);
      expect(backend.sessionCount).to.equal(1);
    });
  }

  it('whose time ends between its connection and its beginning never begins', async () => {
    let begun = 0;
    await start((stream) => {
      begun += 1;
      echo(stream);
    });
    const deadline = new Deadline(20_000);
    const fault = faultOf(() => backend.ask(question, deadline));
    // The call hears of the connection first, and goes on after this.
    void backend.connection.connect().then(() => {
      deadline.end('gone');
    });
    expect((await fault).reason).to.equal('aborted');
    expect(await backend.ask([answer])).to.deep.equal(answer);
    expect(begun).to.equal(1);
  });

  it('is one of many that wait until the backend takes more at a time', async () => {
    const streams: ServerHttp2Stream[] = [];
    await start((stream) => streams.push(stream), { maxConcurrentStreams: 1 });
    const asked = Array.from({ length: 30 }, (_, k) => Buffer.alloc(20_000, `${k} `));
    const answers = asked.map((message) => backend.ask([message]));
    while (streams.length < 1) await new Promise(setImmediate);
    for (const maxConcurrentStreams of [5, 12]) {
      for (const session of backend.sessions) session.settings({ maxConcurrentStreams });
      while (streams.length < maxConcurrentStreams && backend.sessionCount === 1) {
        await new Promise(setImmediate);
      }
    }
    backend.handle = echo;
    streams.forEach(echo);
    const right = (await Promise.all(answers)).map((one, k) => asked[k]?.equals(one));
    expect(right).to.deep.equal(asked.map(() => true));
    expect(backend.sessionCount).to.equal(1);
  });

  it('ends where it began when the backend says goodbye, and the next one begins anew', async () => {
    const streams: ServerHttp2Stream[] = [];
    await start((stream) => streams.push(stream));
    const first = backend.ask(question);
    while (streams.length === 0) await new Promise(setImmediate);
    backend.handle = echo;
    for (const session of backend.sessions) session.close();
    while (backend.connection.session !== undefined) await new Promise(setImmediate);
    expect(await backend.ask([answer])).to.deep.equal(answer);
    streams.forEach(echo);
    expect(await first).to.deep.equal(Buffer.concat(question));
    expect(backend.sessionCount).to.equal(2);
  });
});

describe('a gRPC connection that is never made', () => {
  const askAt = async (
    port: number,
    connectMilliseconds: number,
    deadline: Deadline,
  ): Promise<BackendFault> => {
    const connection = new Http2Connection({ address: { host: '127.0.0.1', port }, connectMilliseconds });
    const fault = await faultOf(() =>
      new UnaryCalls(connection).ask({ path: '/some.Service/Method', message: [] }, deadline, copied),
    );
    deadline.release();
    connection.close();
    return fault;
  };

  it('costs nobody all of his time, and no more time than he has', async () => {
    const sockets: net.Socket[] = [];
    const silent = net.createServer((socket) => sockets.push(socket.on('error', () => undefined)));
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = silent.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    expect((await askAt(port, 50, new Deadline(30_000))).reason).to.equal('unavailable');
    expect((await askAt(port, 30_000, new Deadline(50))).reason).to.equal('aborted');
    for (const socket of sockets) socket.destroy();
    silent.close();
    await once(silent, 'close');
    expect((await askAt(port, 5000, new Deadline(30_000))).reason).to.equal('unavailable');
  });
});
