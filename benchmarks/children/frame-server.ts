/** A server of gRPC on frames of its own, which costs its process little beside the bytes that it reads. */
import { createServer, type Server, type Socket } from 'node:net';
import { FrameReader, headersContent, type Frame } from '../../gateway/http2/frame-reader.ts';
import { headerBlock } from '../../gateway/http2/header-block.ts';
import { HeaderBlockReader } from '../../gateway/http2/header-block-reader.ts';
import { writeSettings } from '../../gateway/http2/peer-settings.ts';
import {
  Flag,
  frameHeadBytes,
  FrameType,
  preface,
  Setting,
  usualWindowBytes,
} from '../../gateway/http2/protocol-numbers.ts';
import { uint32 } from '../../gateway/http2/uint32.ts';

/** Answers a call by its path and the end of its message; undefined when there is nothing of that name. */
export type AnswerCall = (path: string, end: Buffer) => Buffer | undefined;

/** The usual 64 KiB hold no picture, so that the gateway would wait in the middle of each; a busy server grows them. */
const windowBytes = 4 * 1024 * 1024;

/** What is kept of a message; the short ones are kept whole. */
const endBytes = 1024;

const responseHeaders = headerBlock({ ':status': '200', 'content-type': 'application/grpc+proto' });
const trailers = headerBlock({ 'grpc-status': '0' });
const notFound = headerBlock({
  ':status': '200',
  'content-type': 'application/grpc+proto',
  'grpc-status': '5',
});

interface Call {
  readonly path: string;
  end: Buffer;
}

/** For calls whose headers fit into one frame. */
export function frameServer(answer: AnswerCall): Server {
  return createServer({ noDelay: true }, (socket) => {
    // The caller may leave at any time.
    socket.on('error', () => undefined);
    serve(socket, answer);
  });
}

function serve(socket: Socket, answer: AnswerCall): void {
  const headers = new HeaderBlockReader();
  const calls = new Map<number, Call>();
  let prefaceLeft = preface.length;
  let received = 0;
  const end = (stream: number): void => {
    const call = calls.get(stream);
    calls.delete(stream);
    if (call !== undefined) socket.write(answerOn(stream, answer(call.path, call.end)));
  };
  const reader = new FrameReader({
    onData(stream, bytes) {
      const call = calls.get(stream);
      if (call === undefined) return;
      const all = bytes.length < endBytes ? Buffer.concat([call.end, bytes]) : bytes;
      call.end = Buffer.from(all.subarray(-endBytes));
    },
    onDataFrame(stream, bytes, isLast) {
      received += bytes;
      if (received > windowBytes / 2) {
        socket.write(frame(FrameType.windowUpdate, 0, { stream: 0, payload: uint32(received) }));
        received = 0;
      }
      if (isLast) end(stream);
    },
    onFrame(incoming: Frame) {
      const { type, flags, stream } = incoming;
      if (type === FrameType.headers) {
        const path = headers.read(headersContent(incoming)).get(':path') ?? '';
        calls.set(stream, { path, end: Buffer.alloc(0) });
        if ((flags & Flag.endStream) !== 0) end(stream);
      } else if (type === FrameType.resetStream) calls.delete(stream);
      else if (type === FrameType.settings && (flags & Flag.acknowledgement) === 0) {
        socket.write(frame(FrameType.settings, Flag.acknowledgement, { stream: 0, payload: none }));
      }
    },
  });
  socket.write(greeting);
  socket.on('data', (chunk) => {
    const skipped = Math.min(prefaceLeft, chunk.length);
    prefaceLeft -= skipped;
    reader.take(chunk.subarray(skipped));
  });
}

const none = Buffer.alloc(0);

function answerOn(stream: number, message: Buffer | undefined): Buffer {
  const isLast = Flag.endHeaders | Flag.endStream;
  if (message === undefined) return frame(FrameType.headers, isLast, { stream, payload: notFound });
  return Buffer.concat([
    frame(FrameType.headers, Flag.endHeaders, { stream, payload: responseHeaders }),
    frame(FrameType.data, 0, { stream, payload: message }),
    frame(FrameType.headers, isLast, { stream, payload: trailers }),
  ]);
}

/** Not by an Outbox: its pages and callbacks take this process 12 µs more for an answer of 300 bytes, a quarter. */
function frame(
  type: number,
  flags: number,
  { stream, payload }: { readonly stream: number; readonly payload: Buffer },
): Buffer {
  const bytes = Buffer.allocUnsafe(frameHeadBytes + payload.length);
  bytes.writeUIntBE(payload.length, 0, 3);
  bytes[3] = type;
  bytes[4] = flags;
  bytes.writeUInt32BE(stream, 5);
  payload.copy(bytes, frameHeadBytes);
  return bytes;
}

const greeting = Buffer.concat([
  frame(FrameType.settings, 0, {
    stream: 0,
    payload: writeSettings([[Setting.initialWindowSize, windowBytes]]),
  }),
  frame(FrameType.windowUpdate, 0, { stream: 0, payload: uint32(windowBytes - usualWindowBytes) }),
]);
