/** Calls that end while their bytes wait to be sent: what is sent afterwards is what they were given. */
import { expect } from 'chai';
import { frame, okHeaders, okTrailers, settings, Type, word } from '../../../support/http2-frames.ts';
import { isLast, turn, type RawPeer } from '../../../support/raw-http2-backend.ts';
import type { RecordedCall, SessionCaller } from '../../../support/session-caller.ts';
import { sessionWithPeer } from '../../../support/session-with-peer.ts';

const largest = 2 ** 31 - 1;
/** Together far more than what the system takes from one side before the other one reads. */
const count = 24;
const bytes = 1_000_000;
const numbers = Array.from({ length: count }, (_, k) => 2 * k + 1);

interface Upload {
  readonly call: RecordedCall;
  readonly stream: number;
  readonly memory: Buffer;
  readonly given: Buffer;
}

describe('a call over HTTP/2 that ends while its bytes are queued', () => {
  let caller: SessionCaller;
  let peer: RawPeer;
  let stop: () => Promise<void>;
  let uploads: readonly Upload[];
  beforeEach(async () => {
    ({ caller, peer, stop } = await sessionWithPeer(
      Buffer.concat([settings({ 4: largest }), frame(Type.window, 0, 0, word(largest - 65_535))]),
    ));
    peer.socket.pause();
    uploads = numbers.map((stream) => {
      const given = Buffer.alloc(bytes, `upload ${stream} `);
      const memory = Buffer.from(given);
      return { call: caller.call(memory), stream, memory, given };
    });
  });
  afterEach(() => stop());

  /** At the moment when the call ends, as the next request would. */
  function useMemoryAgain(ended: readonly Upload[]): void {
    for (const { call, memory } of ended) {
      call.react = (event) => {
        if (event !== 'headers') memory.fill(0xff);
      };
    }
  }

  /** Reads what was queued. @returns numbers of the calls of which something else came than a part of what they gave */
  async function strange(ended: readonly Upload[]): Promise<readonly number[]> {
    const queued = ended.filter(({ call }) => (call.stream?.remaining ?? 0) > 0);
    expect(queued).not.to.have.length(0);
    peer.send(frame(Type.ping, 0, 0, word(1, 2)));
    peer.socket.resume();
    await peer.next(Type.ping);
    return ended
      .filter(({ stream, given }) => {
        const body = peer.body(stream);
        return !body.equals(given.subarray(0, body.length));
      })
      .map(({ stream }) => stream);
  }

  /** In the memory that the others had. */
  async function expectRetried(): Promise<void> {
    const stream = 2 * count + 1;
    const [{ memory } = { memory: Buffer.alloc(0) }] = uploads;
    memory.fill('retried ');
    const retried = caller.call(memory);
    while (!peer.frames.some((one) => one.stream === stream && isLast(one))) await turn();
    peer.send(okHeaders(stream), okTrailers(stream));
    expect(await retried.ended).to.equal('end');
    expect(peer.body(stream).equals(Buffer.alloc(bytes, 'retried '))).to.equal(true);
  }

  for (const [title, end, heard, resets] of [
    ['reset', (stream: number) => frame(Type.reset, 0, stream, word(7)), 'reset 7', 0],
    ['answered early', (stream: number) => Buffer.concat([okHeaders(stream), okTrailers(stream)]), 'end', 8],
  ] as const) {
    it(`because it is ${title} leaves its memory alone`, async () => {
      useMemoryAgain(uploads);
      peer.send(...numbers.map(end));
      const endings = await Promise.all(uploads.map(({ call }) => call.ended));
      expect(endings).to.deep.equal(numbers.map(() => heard));
      expect(await strange(uploads)).to.deep.equal([]);
      await expectRetried();
      const { length } = uploads.filter(({ call }) => (call.stream?.remaining ?? 0) > 0);
      expect(peer.of(Type.reset).map(({ payload }) => payload)).to.deep.equal(
        resets === 0 ? [] : Array<Buffer>(length).fill(word(resets)),
      );
    });
  }

  it('because it is cancelled leaves its memory alone', async () => {
    for (const { call, memory } of uploads) {
      caller.cancel(call);
      memory.fill(0xff);
    }
    expect(await strange(uploads)).to.deep.equal([]);
    await expectRetried();
  });

  it('by a goodbye leaves its memory alone, and those that the other side still looks at go on', async () => {
    const middle = count / 2;
    const [kept, refused] = [uploads.slice(0, middle), uploads.slice(middle)];
    useMemoryAgain(refused);
    peer.send(frame(Type.goodbye, 0, 0, word(kept.at(-1)?.stream ?? 0, 0)));
    const endings = await Promise.all(refused.map(({ call }) => call.ended));
    expect(endings).to.deep.equal(refused.map(() => 'reset 7'));
    expect(await strange(refused)).to.deep.equal([]);
    while (peer.frames.filter(isLast).length < middle) await turn();
    expect(kept.every(({ stream, given }) => peer.body(stream).equals(given))).to.equal(true);
    for (const { stream } of kept) peer.send(okHeaders(stream), okTrailers(stream));
    expect(await Promise.all(kept.map(({ call }) => call.ended))).to.deep.equal(kept.map(() => 'end'));
    expect(await caller.closed).to.equal(undefined);
  });
});
