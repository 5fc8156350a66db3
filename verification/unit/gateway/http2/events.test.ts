/** What a call hears, and in which order, whatever its listeners do meanwhile. */
import { expect } from 'chai';
import {
  okBlock,
  okHeaders,
  okTrailers,
  settings,
  Flags,
  frame,
  Type,
  word,
} from '../../../support/http2-frames.ts';
import { turn, type RawPeer } from '../../../support/raw-http2-backend.ts';
import type { SessionCaller, RecordedCall } from '../../../support/session-caller.ts';
import { sessionWithPeer } from '../../../support/session-with-peer.ts';

const goodbye = (last: number, code = 0): Buffer => frame(Type.goodbye, 0, 0, word(last, code));

describe('a call over HTTP/2', () => {
  let caller: SessionCaller;
  let peer: RawPeer;
  let stop: () => Promise<void>;
  beforeEach(async () => ({ caller, peer, stop } = await sessionWithPeer()));
  afterEach(() => stop());

  /** So many calls that have all arrived. */
  async function calls(count: number): Promise<readonly RecordedCall[]> {
    const all = Array.from({ length: count }, () => caller.call());
    await peer.next(Type.headers, count);
    return all;
  }

  /** Everything that was sent before has been read. */
  async function settled(): Promise<void> {
    const before = peer.of(Type.ping).length;
    peer.send(frame(Type.ping, 0, 0, Buffer.alloc(8)));
    await peer.next(Type.ping, before + 1);
  }

  it('hears headers, data, and headers again, then its end', async () => {
    const [call] = await calls(1);
    peer.send(okHeaders(1), frame(Type.data, 0, 1, Buffer.from('answer')), okTrailers(1));
    expect(await call?.ended).to.equal('end');
    expect(call?.events).to.deep.equal(['headers', 'data', 'headers', 'end']);
    expect(call?.headers.map((headers) => Object.fromEntries(headers))).to.deep.equal([
      { ':status': '200' },
      { 'grpc-status': '0' },
    ]);
  });

  it('that has nothing to send says so with its headers, and otherwise with its last byte', async () => {
    caller.call();
    caller.call(Buffer.from('question'));
    await peer.next(Type.data);
    const flags = peer.frames
      .filter(({ stream }) => stream > 0)
      .map((one) => [one.type, one.stream, one.flags]);
    expect(flags).to.deep.equal([
      [Type.headers, 1, Flags.endHeaders | Flags.end],
      [Type.headers, 3, Flags.endHeaders],
      [Type.data, 3, Flags.end],
    ]);
  });

  for (const [event, frames] of [
    ['headers', [frame(Type.headers, Flags.endHeaders | Flags.end, 1, okBlock)]],
    ['data', [okHeaders(1), frame(Type.data, Flags.end, 1, Buffer.from('answer'))]],
  ] as const) {
    it(`that is cancelled over ${event} hears nothing more, not even that this was all`, async () => {
      const [call] = await calls(1);
      if (call === undefined) return;
      call.react = (heard) => {
        if (heard === event) caller.cancel(call);
      };
      peer.send(...frames);
      await settled();
      expect(call.events.at(-1)).to.equal(event);
    });
  }

  for (const [ending, end] of [
    [
      'a goodbye',
      (): void => {
        peer.send(goodbye(0));
      },
    ],
    [
      'a connection that breaks',
      (): void => {
        peer.socket.resetAndDestroy();
      },
    ],
  ] as const) {
    it(`that another one cancels over ${ending} hears nothing of it`, async () => {
      const [first, second, third] = await calls(3);
      if (first === undefined || second === undefined) return;
      first.react = () => {
        caller.cancel(second);
      };
      end();
      expect(await third?.ended).to.equal(first.events[0]);
      expect(second.events).to.deep.equal([]);
    });

    it(`hears of ${ending} though another one throws over it`, async () => {
      const [first, second, third] = await calls(3);
      if (second === undefined) return;
      second.react = () => {
        throw new Error('of a listener');
      };
      end();
      expect(await Promise.all([first?.ended, second.ended, third?.ended])).to.have.length(3);
    });
  }

  it('that is cancelled sends nothing more, whatever room there is', async () => {
    peer.send(settings({ 4: 1_000_000 }));
    await settled();
    const call = caller.call(Buffer.alloc(200_000));
    while (peer.body(1).length < 65_535) await turn();
    caller.cancel(call);
    await peer.next(Type.reset);
    peer.send(frame(Type.window, 0, 0, word(1_000_000)));
    await settled();
    expect(peer.body(1)).to.have.length(65_535);
  });

  it('that throws breaks the connection, and the others hear of it', async () => {
    const [first, second] = await calls(2);
    if (first === undefined) return;
    first.react = () => {
      throw new Error('of a listener');
    };
    peer.send(okHeaders(1));
    expect(await second?.ended).to.equal('broken');
    expect((await caller.closed)?.message).to.equal('of a listener');
  });
});
