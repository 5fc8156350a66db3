/** gRPC calls over bare HTTP/2 that end without an answer, each in its way. */
import { expect } from 'chai';
import http2, { type ServerHttp2Stream } from 'node:http2';
import type { FaultReason } from '../../../../../gateway/engines/tensorflow-serving/backend-fault.ts';
import {
  answerWith,
  echo,
  faultOf,
  framed,
  plainHeaders,
  question,
  RawGrpcBackend,
} from '../../../../support/raw-grpc-backend.ts';

const answer = Buffer.from('answer');
const { constants } = http2;

/** What the backend does, what comes of it, and words of the fault. */
const faults: readonly (readonly [string, (stream: ServerHttp2Stream) => void, FaultReason, string])[] = [
  [
    'a compressed message',
    (stream) => {
      answerWith(stream, framed(answer, 1));
    },
    'failed',
    'compressed',
  ],
  [
    'no message',
    (stream) => {
      answerWith(stream, Buffer.alloc(0));
    },
    'failed',
    'without a message',
  ],
  [
    'two messages',
    (stream) => {
      answerWith(stream, Buffer.concat([framed(answer), framed(answer)]));
    },
    'failed',
    'more than one',
  ],
  [
    'half a message',
    (stream) => {
      answerWith(stream, framed(answer, 0, 100));
    },
    'failed',
    'cut off',
  ],
  [
    'half a frame head',
    (stream) => {
      answerWith(stream, Buffer.alloc(3));
    },
    'failed',
    'without a message',
  ],
  [
    'an announced message beyond all limits',
    (stream) => {
      stream.respond(plainHeaders);
      stream.write(framed(answer, 0, 65 * 2 ** 20));
    },
    'failed',
    'longer than',
  ],
  [
    'a status in the trailers, its words percent-encoded',
    (stream) => {
      answerWith(stream, Buffer.alloc(0), { 'grpc-status': '3', 'grpc-message': 'not%20a%20%C3%A4%zz' });
    },
    'refused',
    'INVALID_ARGUMENT (3): not a ä%zz',
  ],
  [
    'nothing but headers with a status',
    (stream) => {
      stream.respond({ ...plainHeaders, 'grpc-status': '5' }, { endStream: true });
    },
    'not-served',
    'NOT_FOUND',
  ],
  [
    'words about a message beyond the limit, as grpc-js and grpcio say it',
    (stream) => {
      answerWith(stream, Buffer.alloc(0), {
        'grpc-status': '8',
        'grpc-message': 'Received message larger than max (100011 vs 1024)',
      });
    },
    'too-long',
    'RESOURCE_EXHAUSTED',
  ],
  [
    'words about too much to do',
    (stream) => {
      answerWith(stream, Buffer.alloc(0), { 'grpc-status': '8', 'grpc-message': 'the queue is full' });
    },
    'overloaded',
    'RESOURCE_EXHAUSTED',
  ],
  [
    'a status that is no number',
    (stream) => {
      answerWith(stream, framed(answer), { 'grpc-status': 'fine' });
    },
    'failed',
    'UNKNOWN',
  ],
  [
    'no status at all',
    (stream) => {
      stream.respond(plainHeaders);
      stream.end(framed(answer));
    },
    'failed',
    'HTTP status 200',
  ],
  ...[400, 401, 403, 404, 500, 429, 502, 503, 504].map(
    (code) =>
      [
        `HTTP ${code}`,
        (stream: ServerHttp2Stream) => {
          stream.respond({ ':status': code }, { endStream: true });
        },
        [429, 502, 503, 504].includes(code) ? 'declined' : 'failed',
        `HTTP status ${code}`,
      ] as const,
  ),
  ...(
    [
      ['NGHTTP2_REFUSED_STREAM', 'unavailable'],
      ['NGHTTP2_CANCEL', 'unavailable'],
      ['NGHTTP2_ENHANCE_YOUR_CALM', 'overloaded'],
      ['NGHTTP2_INTERNAL_ERROR', 'failed'],
      ['NGHTTP2_PROTOCOL_ERROR', 'failed'],
    ] as const
  ).map(
    ([name, reason]) =>
      [
        `a reset with ${name.slice('NGHTTP2_'.length)}`,
        (stream: ServerHttp2Stream) => {
          stream.close(constants[name]);
        },
        reason,
        'reset with HTTP/2',
      ] as const,
  ),
  [
    'a reset within the message',
    (stream) => {
      stream.respond(plainHeaders);
      stream.write(framed(answer).subarray(0, 7), () => {
        stream.close(constants.NGHTTP2_INTERNAL_ERROR);
      });
    },
    'failed',
    'HTTP status 200',
  ],
  ['a connection that breaks', (stream) => stream.session?.destroy(), 'unavailable', 'the connection broke'],
];

describe('a gRPC call over HTTP/2 without an answer', () => {
  let backend: RawGrpcBackend;
  const start = async (...options: Parameters<typeof RawGrpcBackend.start>): Promise<RawGrpcBackend> =>
    (backend = await RawGrpcBackend.start(...options));
  afterEach(() => backend.stop());

  for (const [title, handle, reason, words] of faults) {
    it(`fails as ${reason} at ${title}, and the next one is answered`, async () => {
      await start(handle);
      const fault = await faultOf(() => backend.ask(question));
      expect(fault.message).to.include(words);
      expect(fault.reason).to.equal(reason);
      backend.handle = echo;
      expect(await backend.ask([answer])).to.deep.equal(answer);
    });
  }

  it('is worth repeating when the backend refused to look at it, not when it cancelled it', async () => {
    await start((stream) => {
      stream.close(constants.NGHTTP2_REFUSED_STREAM);
    });
    expect((await faultOf(() => backend.ask(question))).isWorthRepeating).to.equal(true);
    backend.handle = (stream) => {
      stream.close(constants.NGHTTP2_CANCEL);
    };
    expect((await faultOf(() => backend.ask(question))).isWorthRepeating).to.equal(false);
  });

  it('is worth repeating when a connection breaks that was there before, not when a new one does', async () => {
    const breakOff = (stream: ServerHttp2Stream): void => {
      stream.session?.destroy();
    };
    await start(breakOff);
    expect(await faultOf(() => backend.ask(question))).to.include({
      reason: 'unavailable',
      isWorthRepeating: false,
    });
    backend.handle = echo;
    await backend.ask([answer]);
    backend.handle = breakOff;
    expect(await faultOf(() => backend.ask(question))).to.include({
      reason: 'unavailable',
      isWorthRepeating: true,
    });
  });

  it('is not worth repeating when the connection breaks after the answer has begun', async () => {
    await start(echo);
    await backend.ask([answer]);
    backend.handle = (stream) => {
      stream.respond(plainHeaders);
      stream.write(framed(answer), () => stream.session?.destroy());
    };
    expect(await faultOf(() => backend.ask(question))).to.include({
      reason: 'unavailable',
      isWorthRepeating: false,
    });
  });
});
