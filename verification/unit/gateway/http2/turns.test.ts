/** Whose bytes go out when many calls have some: each has its turn. */
import { expect } from 'chai';
import { frame, settings, Type, word } from '../../../support/http2-frames.ts';
import { isLast, turn, type RawPeer } from '../../../support/raw-http2-backend.ts';
import type { SessionCaller } from '../../../support/session-caller.ts';
import { sessionWithPeer } from '../../../support/session-with-peer.ts';

const largest = 2 ** 31 - 1;
const calls = 6;
const bytes = 1_500_000;

describe('long calls at once over one HTTP/2 connection', () => {
  let caller: SessionCaller;
  let peer: RawPeer;
  let stop: () => Promise<void>;
  beforeEach(async () => {
    const room = frame(Type.window, 0, 0, word(largest - 65_535));
    ({ caller, peer, stop } = await sessionWithPeer(Buffer.concat([settings({ 4: 0 }), room])));
  });
  afterEach(() => stop());

  /** Data frames in the order in which they came from calls that all had room at the same moment. */
  async function arrived(): Promise<readonly (readonly [stream: number, bytes: number])[]> {
    for (let call = 0; call < calls; call += 1) caller.call(Buffer.alloc(bytes, call));
    await peer.next(Type.headers, calls);
    peer.send(settings({ 4: largest }));
    while (peer.frames.filter(isLast).length < calls) await turn();
    return peer.of(Type.data).map(({ stream, payload }) => [stream, payload.length]);
  }

  it('all begin before one of them has ended', async () => {
    const streams = (await arrived()).map(([stream]) => stream);
    const begins = Array.from({ length: calls }, (_, k) => streams.indexOf(2 * k + 1));
    const ends = Array.from({ length: calls }, (_, k) => streams.lastIndexOf(2 * k + 1));
    expect(Math.max(...begins)).to.be.lessThan(Math.min(...ends));
  });

  it('send no more than 256 KiB in a row while others wait', async () => {
    const left = new Map<number, number>();
    let [latest, row, longest] = [0, 0, 0];
    for (const [stream, length] of await arrived()) {
      row = stream === latest ? row + length : length;
      latest = stream;
      left.set(stream, (left.get(stream) ?? bytes) - length);
      // The last one has nobody to wait for.
      const unfinished = Array.from(left.values()).filter((missing) => missing > 0).length;
      if (left.size < calls || unfinished > 1) longest = Math.max(longest, row);
    }
    expect(longest).to.be.at.most(256 * 1024);
  });
});
