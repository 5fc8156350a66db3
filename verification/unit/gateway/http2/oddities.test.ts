/** What servers of HTTP/2 may say though few do: calls go on as if nothing had been. */
import { expect } from 'chai';
import {
  Flags,
  frame,
  literal,
  okBlock,
  okHeaders,
  okTrailers,
  settings,
  Type,
  word,
} from '../../../support/http2-frames.ts';
import { turn, type RawPeer } from '../../../support/raw-http2-backend.ts';
import type { SessionCaller } from '../../../support/session-caller.ts';
import { sessionWithPeer, type SessionWithPeer } from '../../../support/session-with-peer.ts';

const { data, headers, priority, reset, ping, window, continuation } = Type;
const status = (code: string): Buffer => frame(headers, Flags.endHeaders, 1, literal(':status', code));
const reserved = 2 ** 31;

/** Comes before the answer, which is the same each time. */
const oddities: readonly (readonly [string, Buffer])[] = [
  ['frames of an unknown type', Buffer.concat([frame(77, 0xff, 0, word(1)), frame(200, 0, 99)])],
  ['unknown flags', frame(ping, 0xfe, 0, word(1, 2))],
  ['unknown settings', frame(Type.settings, 0, 0, Buffer.of(0xab, 0xcd, 1, 2, 3, 4))],
  ['the same setting twice', frame(Type.settings, 0, 0, Buffer.of(0, 4, 0, 0, 0, 0, 0, 4, 0, 0, 1, 0))],
  ['priorities', frame(priority, 0, 7, Buffer.alloc(5))],
  [
    'the reserved bits of numbers',
    Buffer.concat([frame(window, 0, 0, word(reserved + 5)), frame(window, 0, reserved + 1, word(5))]),
  ],
  ['preliminary headers', Buffer.concat([status('100'), status('103'), status('103')])],
  ['ten thousand settings', Buffer.concat(Array<Buffer>(10_000).fill(settings()))],
];

const answers: readonly (readonly [string, Buffer])[] = [
  ['in one piece', Buffer.concat([okHeaders(1), frame(data, 0, 1, Buffer.from('answer'))])],
  [
    'padded',
    Buffer.concat([
      frame(
        headers,
        Flags.endHeaders | Flags.padded | Flags.priority,
        1,
        Buffer.concat([Buffer.of(3), Buffer.alloc(5), okBlock, Buffer.alloc(3)]),
      ),
      frame(data, Flags.padded, 1, Buffer.concat([Buffer.of(255), Buffer.from('ans'), Buffer.alloc(255)])),
      frame(data, Flags.padded, 1, Buffer.of(0)),
      frame(data, Flags.padded, 1, Buffer.concat([Buffer.of(1), Buffer.from('wer'), Buffer.alloc(1)])),
    ]),
  ],
  [
    'in frames of a byte and of nothing',
    Buffer.concat([
      okHeaders(1),
      ...Array.from('answer').flatMap((letter) => [
        frame(data, 0, 1),
        frame(data, 0, 1, Buffer.from(letter)),
      ]),
      ...Array<Buffer>(10_000).fill(frame(data, 0, 1)),
    ]),
  ],
  [
    'with headers in fifteen pieces',
    Buffer.concat([
      frame(headers, 0, 1),
      ...Array<Buffer>(13).fill(frame(continuation, 0, 1)),
      frame(continuation, Flags.endHeaders, 1, okBlock),
      frame(data, 0, 1, Buffer.from('answer')),
    ]),
  ],
];

/** Over a call that has ended. */
const afterwards = Buffer.concat([
  frame(data, 0, 1, Buffer.from('more')),
  okHeaders(1),
  frame(window, 0, 1, word(10)),
  frame(reset, 0, 1, word(0)),
  frame(data, Flags.end, 1),
]);

describe('an answer over HTTP/2', () => {
  let ends: SessionWithPeer;
  let caller: SessionCaller;
  let peer: RawPeer;
  beforeEach(async () => {
    ends = await sessionWithPeer();
    ({ caller, peer } = ends);
  });
  afterEach(() => ends.stop());

  async function expectAnswer(
    send: (bytes: Buffer) => unknown,
    before: Buffer,
    answer: Buffer,
  ): Promise<void> {
    const call = caller.call(Buffer.from('question'));
    await peer.next(data);
    await send(Buffer.concat([before, answer, okTrailers(1), afterwards]));
    expect(await call.ended).to.equal('end');
    expect(call.body.toString()).to.equal('answer');
    expect(call.headers.map((one) => Object.fromEntries(one))).to.deep.equal([
      { ':status': '200' },
      { 'grpc-status': '0' },
    ]);
    const next = caller.call();
    await peer.next(headers, 2);
    peer.send(okHeaders(3), okTrailers(3));
    expect(await next.ended).to.equal('end');
    expect(call.events.filter((event) => event === 'end')).to.have.length(1);
    expect(ends.backend.peers).to.have.length(1);
  }

  const [plain = ['', Buffer.alloc(0)] as const] = answers;
  for (const [title, before] of oddities) {
    it(`is taken after ${title}`, () =>
      expectAnswer(
        (bytes) => {
          peer.send(bytes);
        },
        before,
        plain[1],
      ));
  }
  for (const [title, answer] of answers) {
    it(`is taken ${title}`, () =>
      expectAnswer(
        (bytes) => {
          peer.send(bytes);
        },
        Buffer.alloc(0),
        answer,
      ));
  }

  it('is taken a few bytes at a time', async () => {
    const before = Buffer.concat(oddities.slice(0, -1).map(([, bytes]) => bytes));
    await expectAnswer(
      async (bytes) => {
        for (let at = 0; at < bytes.length; at += 3) {
          peer.send(bytes.subarray(at, at + 3));
          await turn();
        }
      },
      before,
      answers[1]?.[1] ?? Buffer.alloc(0),
    );
  });

  it('to a ping is what it says, and settings are acknowledged one by one', async () => {
    peer.send(frame(ping, 0, 0, Buffer.from('12345678')), settings(), settings());
    const pong = await peer.next(ping);
    await peer.next(Type.settings, 4);
    expect([pong.flags, pong.payload.toString()]).to.deep.equal([Flags.ack, '12345678']);
    const acknowledged = peer.of(Type.settings).slice(1);
    expect(acknowledged.map(({ flags, payload }) => [flags, payload.length])).to.deep.equal([
      [1, 0],
      [1, 0],
      [1, 0],
    ]);
  });
});
