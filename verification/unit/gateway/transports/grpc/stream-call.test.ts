/** Streams of requests as real clients hold them: patient, hasty, hostile and gone. */
import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { status } from '@grpc/grpc-js';
import { ServingError } from '../../../../../gateway/domain/errors.ts';
import { UploadBudget } from '../../../../../gateway/transports/http/upload-budget.ts';
import { StreamServer } from '../../../../support/stream-server.ts';
import { until } from '../../../../support/until.ts';

describe('a stream of requests over gRPC', function () {
  this.timeout(30_000);
  let server: StreamServer;
  const start = async (options: ConstructorParameters<typeof StreamServer>[0] = {}): Promise<void> => {
    server = new StreamServer(options);
    await server.start();
  };
  afterEach(() => server.stop());

  /** Requests wait for their release, the last one first. */
  function hold(): (() => void)[] {
    const releases: (() => void)[] = [];
    server.answer = (request, { signal }) =>
      new Promise((resolve, reject) => {
        releases.push(() => {
          resolve(request);
        });
        signal.addEventListener('abort', () => {
          reject(new ServingError('cancelled', 'The client has left.'));
        });
      });
    return releases;
  }

  it('answers each in the order of the requests, and ends when the client has said its last word', async () => {
    await start();
    const releases = hold();
    const stream = server.open();
    stream.say('a', 'b', 'c');
    stream.call.end();
    await until(() => releases.length === 3);
    for (const release of releases.reverse()) {
      await turn();
      release();
    }
    expect((await stream.ended).code).to.equal(status.OK);
    expect(stream.answers).to.deep.equal(['a', 'b', 'c']);
    expect(server.logged).to.have.length(1);
    expect(server.logged[0]).to.include({ status: 'OK', requests: 3, refused: 0 });
  });

  it('refuses one and goes on with the others', async () => {
    await start();
    server.answer = async (request, { noteModel }) => {
      noteModel('m/1');
      if (request === 'bad') throw new ServingError('invalid-input', 'It is bad.');
      if (request === 'worse') throw new TypeError('/secret/place is undefined');
      return request;
    };
    const stream = server.open();
    stream.say('one', 'bad', 'broken', 'worse', 'two');
    stream.call.end();
    const { code, metadata } = await stream.ended;
    expect(code).to.equal(status.OK);
    expect(metadata.get('x-model')).to.deep.equal(['m/1']);
    expect(stream.answers.map((text) => text.slice(0, 40))).to.deep.equal([
      'one',
      'invalid-input bad: It is bad.',
      'invalid-input ?: The message is no valid protocol buffer'.slice(0, 40),
      'internal worse: Something failed inside the server.'.slice(0, 40),
      'two',
    ]);
    expect(stream.answers.join()).to.not.include('secret');
    expect(server.logged.at(-1)).to.include({ requests: 5, refused: 3 });
  });

  it('works on a few at once, and reads no more before one of them is done', async () => {
    await start();
    const releases = hold();
    const stream = server.open();
    stream.say(...Array.from({ length: 100 }, (_, index) => String(index)));
    stream.call.end();
    await until(() => releases.length === 8);
    await pause(50);
    expect(releases.length).to.equal(8);
    for (let released = 0; released < 100; released += 1) {
      await until(() => releases.length > released);
      releases[released]?.();
    }
    expect((await stream.ended).code).to.equal(status.OK);
    expect(stream.answers).to.deep.equal(Array.from({ length: 100 }, (_, index) => String(index)));
    expect(server.mostInside).to.equal(8);
  });

  it('answers a hundred thousand while others are answered too', async () => {
    await start();
    const count = 100_000;
    const flood = server.openRaw('abc', count, { isRead: true });
    const other = server.open();
    for (let said = 1; said <= 10; said += 1) {
      other.say('here');
      await other.heard(said);
    }
    expect(server.begun.length).to.be.within(11, count);
    await flood.ended;
    flood.close();
    expect(flood.bytesRead).to.equal(count * 8);
    expect(server.mostInside).to.be.at.most(16);
    other.call.end();
    await other.ended;
  });

  it('holds no more answers than a few for a client that does not read, and answers others', async () => {
    await start();
    const large = 'x'.repeat(200_000);
    server.answer = async (request) => (request === 'large' ? large : request);
    const deaf = server.openRaw('large', 200, { isRead: false });
    const other = server.open();
    await until(() => server.begun.length >= 8);
    await pause(200);
    const begun = server.begun.length;
    expect(begun).to.be.within(8, 10);
    for (const word of ['a', 'b']) {
      other.say(word);
      await until(() => other.answers.includes(word));
    }
    await pause(100);
    expect(server.begun.length).to.equal(begun + 2);
    other.call.end();
    await other.ended;
    deaf.close();
    await until(() => server.logged.length === 2);
  });

  it('gives up on a client that does not read for too long', async () => {
    await start({ streamPatienceMilliseconds: 100 });
    server.answer = async () => 'x'.repeat(900_000);
    const deaf = server.openRaw('a', 50, { isRead: false });
    await until(() => server.logged.length === 1);
    expect(server.logged[0]).to.include({ status: 'DEADLINE_EXCEEDED' });
    expect(server.inside).to.equal(0);
    deaf.close();
  });

  it('stops work when the client cancels, dies, or its deadline passes', async () => {
    await start();
    const ends: Readonly<Record<string, (stream: ReturnType<typeof server.open>) => void>> = {
      cancels: ({ call }) => {
        call.cancel();
      },
      dies: () => {
        client.close();
      },
      'is late': () => undefined,
    };
    let client = server.connect();
    for (const [title, end] of Object.entries(ends)) {
      client = server.connect();
      const releases = hold();
      const stream = server.open({ client, ...(title === 'is late' ? { deadline: 200 } : {}) });
      stream.say('a', 'b');
      await until(() => releases.length === 2);
      expect(server.inside, title).to.equal(2);
      end(stream);
      if (title === 'dies') stream.call.cancel();
      await until(() => server.inside === 0);
      const { code } = await stream.ended;
      expect(code, title).to.equal(title === 'is late' ? status.DEADLINE_EXCEEDED : status.CANCELLED);
    }
    expect(server.logged.map((line) => line['status'])).to.include('CANCELLED');
  });

  it('refuses a message that is too large by ending the stream, and the next stream is answered', async () => {
    await start();
    const stream = server.open();
    stream.call.write(Buffer.alloc(1_000_001));
    expect((await stream.ended).code).to.equal(status.RESOURCE_EXHAUSTED);
    const next = server.open();
    next.say('a');
    expect(await next.heard(1)).to.deep.equal(['a']);
    next.call.end();
    await next.ended;
  });

  it('refuses what memory has no room for, gives back what it took, and lets single calls in', async () => {
    const budget = new UploadBudget(900);
    await start({ budget });
    const releases = hold();
    const stream = server.open();
    stream.say('x'.repeat(800), 'y'.repeat(200));
    await until(() => releases.length === 1);
    await pause(20);
    releases[0]?.();
    const [first, second] = await stream.heard(2);
    expect(first).to.have.length(800);
    expect(second).to.match(/^overloaded .*Too many uploads/);
    expect(releases).to.have.length(1);
    // All of it is free again.
    expect(budget.open().take(900)).to.equal(undefined);
    stream.call.cancel();
    await stream.ended;
  });

  it('gives back the memory of what waits before the gate when the client is gone', async () => {
    const budget = new UploadBudget(10_000);
    await start({ budget });
    const releases = hold();
    const stream = server.open();
    stream.say(...Array<string>(30).fill('x'.repeat(1000)));
    await until(() => releases.length === 8);
    stream.call.cancel();
    await until(() => server.inside === 0 && server.logged.length === 1);
    expect(budget.open().take(10_000)).to.equal(undefined);
  });

  it('lets those inside finish when the server stops, and takes no more', async () => {
    await start();
    const releases = hold();
    const stream = server.open();
    stream.say('a', 'b');
    await until(() => releases.length === 2);
    const closed = server.server.close(10_000);
    for (const release of releases) release();
    const { code, details } = await stream.ended;
    expect(stream.answers).to.deep.equal(['a', 'b']);
    expect([code, details]).to.deep.equal([status.UNAVAILABLE, 'The server is shutting down.']);
    expect(await closed).to.equal(true);
  });

  it('ends streams that wait for nothing when the server stops', async () => {
    await start();
    const stream = server.open();
    stream.say('a');
    await stream.heard(1);
    expect(await server.server.close(10_000)).to.equal(true);
    expect((await stream.ended).code).to.equal(status.UNAVAILABLE);
  });
});
