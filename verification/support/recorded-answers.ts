/** All that a server may say to seven calls, frame by frame; what must come of it stands in the tests. */
import { Flags, frame, literal, okBlock, okTrailers, settings, Type, word } from './http2-frames.ts';

const { data, headers, priority, reset, ping, goodbye, window, continuation } = Type;

/** The bodies of the calls 1, 3, 5, 7, 9, 11 and one that never has a number, which are made as soon as calls may begin. */
export const recordedBodies: readonly Buffer[] = [40, 30, 60, 100, 0, 0, 0].map((length, k) =>
  Buffer.alloc(length, `body ${k} `),
);

/** Four calls at once, and 40 bytes of each. */
export const recordedGreeting = settings({ 3: 4, 4: 40, 5: 20_000 });

/** `x-a: one`, remembered; then it has the number 62. */
const remembered = Buffer.concat([Buffer.of(0x40), literal('x-a', 'one').subarray(1)]);
const padding = (bytes: number): Buffer => Buffer.alloc(bytes, 0x55);

export const recordedFrames: readonly Buffer[] = [
  frame(ping, 0, 0, Buffer.from('abcdefgh')),
  frame(
    headers,
    Flags.padded | Flags.priority,
    1,
    Buffer.concat([Buffer.of(7), Buffer.alloc(5, 1), okBlock, remembered.subarray(0, 2), padding(7)]),
  ),
  frame(continuation, 0, 1),
  frame(continuation, 0, 1, remembered.subarray(2, 5)),
  frame(continuation, Flags.endHeaders, 1, remembered.subarray(5)),
  frame(data, Flags.padded, 1, Buffer.concat([Buffer.of(5), Buffer.from('first '), padding(5)])),
  frame(window, 0, 7, word(50)),
  frame(window, 0, 0, word(1000)),
  frame(data, 0, 1),
  frame(data, 0, 1, Buffer.from('second ')),
  frame(headers, Flags.endHeaders, 3, Buffer.concat([okBlock, Buffer.of(0xbe)])),
  frame(77, 0xff, 3, padding(20)),
  frame(priority, 0, 3, Buffer.alloc(5)),
  frame(data, Flags.end, 3, Buffer.from('three')),
  settings({ 4: 10 }),
  frame(Type.settings, Flags.ack, 0),
  frame(reset, 0, 5, word(2)),
  frame(ping, Flags.ack, 0, padding(8)),
  frame(ping, 0, 0, Buffer.from('ijklmnop')),
  frame(data, Flags.padded, 1, Buffer.concat([Buffer.of(255), padding(255)])),
  frame(data, 0, 1, Buffer.alloc(300, 'third ')),
  settings({ 4: 200 }),
  frame(goodbye, 0, 0, Buffer.concat([word(9, 0), Buffer.from('going away')])),
  frame(headers, Flags.end, 1, Buffer.of(0xbe)),
  frame(continuation, Flags.endHeaders, 1, literal('grpc-status', '0')),
  okTrailers(9),
  frame(window, 0, 3, word(9)),
  frame(reset, 0, 5, word(8)),
  frame(data, 0, 5, Buffer.from('late')),
];
