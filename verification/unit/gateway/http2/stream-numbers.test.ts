/** Calls beyond the last number that HTTP/2 has for one, which no connection may use twice. */
import { expect } from 'chai';
import { Deadline } from '../../../../gateway/deadline.ts';
import { Http2Connection } from '../../../../gateway/engines/tensorflow-serving/http2-connection.ts';
import { UnaryCalls } from '../../../../gateway/engines/tensorflow-serving/unary-calls.ts';
import { okHeaders, okTrailers, settings, Type } from '../../../support/http2-frames.ts';
import { copied, echo, RawGrpcBackend } from '../../../support/raw-grpc-backend.ts';
import type { RawPeer } from '../../../support/raw-http2-backend.ts';
import type { SessionCaller } from '../../../support/session-caller.ts';
import { sessionWithPeer } from '../../../support/session-with-peer.ts';

/** RFC 9113, section 5.1.1. */
const last = 2 ** 31 - 1;

describe('an HTTP/2 connection near its last number', () => {
  let caller: SessionCaller;
  let peer: RawPeer;
  let stop: () => Promise<void>;
  const open = async (greeting: Buffer, firstNumber: number): Promise<void> => {
    ({ caller, peer, stop } = await sessionWithPeer(greeting, firstNumber));
  };
  const answer = (stream: number): void => {
    peer.send(okHeaders(stream), okTrailers(stream));
  };
  afterEach(() => stop());

  it('uses the last one, begins no more, and ends what runs well', async () => {
    await open(settings(), last - 2);
    const first = caller.call(Buffer.from('question'));
    expect(caller.session.isOpen).to.equal(true);
    const second = caller.call();
    expect(caller.session.isOpen).to.equal(false);
    expect(() => caller.call()).to.throw('not open');
    await peer.next(Type.headers, 2);
    expect(peer.of(Type.headers).map(({ stream }) => stream)).to.deep.equal([last - 2, last]);
    answer(last);
    answer(last - 2);
    expect(await Promise.all([first.ended, second.ended])).to.deep.equal(['end', 'end']);
    caller.session.retire();
    expect(await caller.closed).to.equal(undefined);
  });

  it('promises none to a call that could not have it once those that wait have begun', async () => {
    await open(settings({ 3: 1 }), last - 4);
    const calls = [caller.call(), caller.call(), caller.call()];
    expect(caller.session.isOpen).to.equal(false);
    for (const [turn, stream] of [last - 4, last - 2, last].entries()) {
      expect((await peer.next(Type.headers, turn + 1)).stream).to.equal(stream);
      answer(stream);
    }
    expect(await Promise.all(calls.map(({ ended }) => ended))).to.deep.equal(['end', 'end', 'end']);
    expect(caller.session.isOpen).to.equal(false);
  });

  it('has one again when a call that waited for it is cancelled', async () => {
    await open(settings({ 3: 1 }), last - 2);
    const running = caller.call();
    caller.cancel(caller.call());
    const next = caller.call();
    await peer.next(Type.headers);
    answer(last - 2);
    await peer.next(Type.headers, 2);
    answer(last);
    expect(await Promise.all([running.ended, next.ended])).to.deep.equal(['end', 'end']);
  });
});

describe('gRPC calls beyond the last number of a connection', () => {
  let backend: RawGrpcBackend;
  let connection: Http2Connection;
  /** With numbers for so many calls on each connection. */
  const start = async (count: number, limit = 100): Promise<void> => {
    backend = await RawGrpcBackend.start(echo, { maxConcurrentStreams: limit });
    connection = new Http2Connection({
      address: { host: '127.0.0.1', port: backend.port },
      connectMilliseconds: 5000,
      firstNumber: last - 2 * (count - 1),
    });
  };
  async function ask(message: Buffer): Promise<Buffer> {
    const deadline = new Deadline(9000);
    try {
      return await new UnaryCalls(connection).ask(
        { path: '/some.Service/Method', message: [message] },
        deadline,
        copied,
      );
    } finally {
      deadline.release();
    }
  }
  async function expectAnswers(from: number, count: number): Promise<void> {
    const asked = Array.from({ length: count }, (_, k) => Buffer.alloc(30_000, `${from + k} `));
    const answers = await Promise.all(asked.map(ask));
    expect(answers.map((one, k) => asked[k]?.equals(one))).to.deep.equal(asked.map(() => true));
  }
  afterEach(async () => {
    connection.close();
    await backend.stop();
  });

  it('go over one new connection after the other, and the old ones are left', async () => {
    await start(2);
    for (let turn = 0; turn < 7; turn += 1) await expectAnswers(turn, 1);
    expect(backend.sessionCount).to.equal(4);
    while (backend.sessions.size > 1) await new Promise(setImmediate);
  });

  for (const limit of [100, 2]) {
    it(`at once are all answered, by a backend that takes ${limit} at a time too`, async () => {
      await start(20, limit);
      await expectAnswers(0, 15);
      await expectAnswers(15, 20);
      expect(backend.sessionCount).to.equal(2);
    });
  }
});
