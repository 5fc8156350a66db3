/** Connections that end from the other side: at once, by halves, or with a goodbye. */
import { expect } from 'chai';
import { frame, okHeaders, okTrailers, settings, Type, word } from '../../../support/http2-frames.ts';
import type { RawPeer } from '../../../support/raw-http2-backend.ts';
import type { SessionCaller } from '../../../support/session-caller.ts';
import { sessionWithPeer } from '../../../support/session-with-peer.ts';

const largestNumber = 2 ** 31 - 1;
const goodbye = (last: number, code = 0): Buffer => frame(Type.goodbye, 0, 0, word(last, code));

describe('an HTTP/2 connection', () => {
  let caller: SessionCaller;
  let peer: RawPeer;
  let stop: () => Promise<void>;
  const open = async (greeting?: Buffer): Promise<void> => {
    ({ caller, peer, stop } = await sessionWithPeer(greeting));
  };
  afterEach(() => stop());

  it('that the other side has ended by half while it reads nothing is over', async () => {
    await open(settings({ 4: largestNumber }));
    peer.socket.pause();
    const calls = Array.from({ length: 20 }, () => caller.call(Buffer.alloc(1_000_000)));
    peer.send(frame(Type.window, 0, 0, word(100_000_000)));
    peer.socket.end();
    expect(await Promise.all(calls.map(({ ended }) => ended))).to.deep.equal(calls.map(() => 'broken'));
    expect(caller.session.isOpen).to.equal(false);
  });

  for (const [title, end] of [
    ['resets', (): void => void peer.socket.resetAndDestroy()],
    ['ends', (): void => void peer.socket.end()],
    ['destroys', (): void => void peer.socket.destroy()],
  ] as const) {
    it(`that the other side ${title} breaks the calls off, those that wait too`, async () => {
      await open(settings({ 3: 1 }));
      const calls = [caller.call(), caller.call()];
      await peer.next(Type.headers);
      end();
      expect(await Promise.all(calls.map(({ ended }) => ended))).to.deep.equal(['broken', 'broken']);
    });
  }

  it('whose other side says goodbye is left once its calls have ended', async () => {
    await open();
    const call = caller.call();
    await peer.next(Type.headers);
    peer.send(goodbye(1));
    while (caller.session.isOpen) await new Promise(setImmediate);
    peer.send(okHeaders(1), okTrailers(1));
    expect(await call.ended).to.equal('end');
    expect(await caller.closed).to.equal(undefined);
  });

  it('whose other side says goodbye twice goes on with what it still looks at', async () => {
    await open(settings({ 3: 2 }));
    const [first, second, waiting] = [caller.call(), caller.call(), caller.call()];
    await peer.next(Type.headers, 2);
    peer.send(goodbye(largestNumber));
    expect(await waiting.ended).to.equal('reset 7');
    expect(second.events).to.deep.equal([]);
    peer.send(goodbye(1));
    expect(await second.ended).to.equal('reset 7');
    peer.send(okHeaders(1), okTrailers(1));
    expect(await first.ended).to.equal('end');
    expect(await caller.closed).to.equal(undefined);
  });

  it('that was said goodbye to begins no call, and says so', async () => {
    await open();
    const running = caller.call();
    peer.send(goodbye(largestNumber));
    while (caller.session.isOpen) await new Promise(setImmediate);
    expect(() => caller.call()).to.throw('not open');
    expect(running.events).to.deep.equal([]);
  });

  it('without calls is left as soon as it is retired, with a goodbye of its own', async () => {
    await open();
    caller.session.retire();
    expect(await caller.closed).to.equal(undefined);
    expect((await peer.next(Type.goodbye)).payload).to.deep.equal(word(0, 0));
  });
});
