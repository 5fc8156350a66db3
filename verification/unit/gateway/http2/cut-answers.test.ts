/** Answers over HTTP/2 that come in pieces, wherever they are cut. */
import { expect } from 'chai';
import { Flags, literal, Type, word } from '../../../support/http2-frames.ts';
import { recordedBodies, recordedFrames, recordedGreeting } from '../../../support/recorded-answers.ts';
import { questionHeaders } from '../../../support/session-caller.ts';
import { SocketlessSession } from '../../../support/socketless-session.ts';

const recording = Buffer.concat([recordedGreeting, ...recordedFrames]);
/** What counts for a window is told at half of it, which is what the connection has taken after the padded frames. */
const windowBytes = 560;

const expectedEvents = [
  'ready',
  '0 headers',
  '0 data',
  '1 headers',
  '1 data',
  '1 end',
  '2 reset 2',
  '0 data',
  'goodbye',
  '6 reset 7',
  '5 reset 7',
  '0 headers',
  '0 end',
  '4 headers',
  '4 end',
];

const first = { ':status': '200', 'x-a': 'one' };
const expectedHeaders = [
  [first, { 'x-a': 'one', 'grpc-status': '0' }],
  [first],
  [],
  [],
  [{ 'grpc-status': '0' }],
  [],
  [],
];

const expectedAnswers = [`first second ${'third '.repeat(50)}`, 'three', '', '', '', '', ''];

/** All of them but the third, which is reset after the 40 bytes that it may send. */
const expectedBodies = recordedBodies.map((body, k) => (k === 2 ? body.subarray(0, 40) : body).toString());

const begun = (stream: number, flags: number): readonly unknown[] => [
  Type.headers,
  flags,
  stream,
  // The numbers of these names in the table of the standard, each the first of its name.
  Buffer.concat(
    [2, 6, 1, 4].map((number, k) => {
      const value = Object.values(questionHeaders)[k] ?? '';
      return Buffer.concat([Buffer.of(number), literal('', value).subarray(2)]);
    }),
  ).toString('hex'),
];
const acknowledged = [Type.settings, Flags.ack, 0, ''];
const pong = (words: string): readonly unknown[] => [
  Type.ping,
  Flags.ack,
  0,
  Buffer.from(words).toString('hex'),
];
const room = (stream: number, bytes: number): readonly unknown[] => [
  Type.window,
  0,
  stream,
  word(bytes).toString('hex'),
];

/** All but data, whose frames depend on when room is heard of. */
const expectedFrames = [
  acknowledged,
  ...[1, 3, 5, 7].map((stream) => begun(stream, Flags.endHeaders)),
  pong('abcdefgh'),
  begun(9, Flags.endHeaders | Flags.end),
  acknowledged,
  begun(11, Flags.endHeaders | Flags.end),
  pong('ijklmnop'),
  // 6 + 5 bytes and one for the length of the padding, 7, 5, 256.
  room(0, 280),
  room(0, 300),
  // All of these but the 5.
  room(1, 575),
  acknowledged,
];

function observed(pieces: readonly Buffer[]): unknown {
  const session = new SocketlessSession(windowBytes, (ready) => {
    for (const body of recordedBodies) ready.call(body);
  });
  for (const piece of pieces) session.take(piece);
  const { frames, calls, heard } = session;
  return {
    events: heard,
    headers: calls.map(({ headers }) => headers.map((one) => Object.fromEntries(one))),
    answers: calls.map(({ body }) => body.toString()),
    bodies: calls.map((_, k) =>
      frames
        .filter(({ type, stream }) => type === Type.data && stream === 2 * k + 1)
        .map(({ payload }) => payload.toString())
        .join(''),
    ),
    frames: frames
      .filter(({ type }) => type !== Type.data)
      .map(({ type, flags, stream, payload }) => [type, flags, stream, payload.toString('hex')]),
  };
}

const expected = {
  events: expectedEvents,
  headers: expectedHeaders,
  answers: expectedAnswers,
  bodies: expectedBodies,
  frames: expectedFrames,
};

describe('answers over HTTP/2', () => {
  it('are what they are when they come whole', () => {
    expect(observed([recording])).to.deep.equal(expected);
  });

  it('are the same when they come byte by byte', () => {
    expect(observed(Array.from(recording, (byte) => Buffer.of(byte)))).to.deep.equal(expected);
  });

  it('are the same wherever they are cut in two', () => {
    const text = JSON.stringify(expected);
    const different = Array.from(recording.keys()).filter((at) => {
      const pieces = [recording.subarray(0, at), recording.subarray(at)];
      return JSON.stringify(observed(pieces)) !== text;
    });
    expect(different).to.deep.equal([]);
  });
});
