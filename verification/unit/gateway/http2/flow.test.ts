/** Many calls at once to a server of another make, however little it takes at a time. */
import { expect } from 'chai';
import type { ServerHttp2Stream } from 'node:http2';
import { Deadline } from '../../../../gateway/deadline.ts';
import {
  answerWith,
  bytesOf,
  echo,
  faultOf,
  framed,
  RawGrpcBackend,
} from '../../../support/raw-grpc-backend.ts';

/** No two have a stretch in common. */
const bodyOf = (call: number, length: number): Buffer =>
  Buffer.from(
    Uint32Array.from({ length: Math.ceil(length / 4) }, (_, k) => call * 2 ** 22 + k).buffer,
  ).subarray(0, length);

describe('calls with distinguishable bodies over one HTTP/2 connection', function () {
  this.timeout(60_000);
  let backend: RawGrpcBackend;
  afterEach(() => backend.stop());

  for (const [settings, calls, bytes] of [
    [{ initialWindowSize: 1 }, 8, 300],
    [{ initialWindowSize: 100 }, 20, 20_000],
    [{ initialWindowSize: 1000, maxConcurrentStreams: 1 }, 10, 50_000],
    [{ initialWindowSize: 65_535 }, 30, 1_000_000],
    [{ initialWindowSize: 2 ** 20, maxFrameSize: 2 ** 20 }, 10, 3_000_000],
    [{ initialWindowSize: 2 ** 31 - 1, maxConcurrentStreams: 3 }, 12, 2_000_000],
  ] as const) {
    it(`arrive whole at a server with ${JSON.stringify(settings)}`, async () => {
      backend = await RawGrpcBackend.start(echo, settings);
      const bodies = Array.from({ length: calls }, (_, k) => bodyOf(k, bytes + k));
      const answers = await Promise.all(
        bodies.map((body) => backend.ask([body.subarray(0, 7), body.subarray(7)])),
      );
      expect(answers.map((answer, k) => bodies[k]?.equals(answer))).to.deep.equal(bodies.map(() => true));
      expect(backend.sessionCount).to.equal(1);
    });
  }

  it('arrive whole or not at all when every other one is cancelled on its way, and its memory used again', async () => {
    const received: Buffer[] = [];
    const partial: Buffer[] = [];
    backend = await RawGrpcBackend.start(
      (stream: ServerHttp2Stream) => {
        stream.on('data', (chunk: Buffer) => partial.push(Buffer.from(chunk)));
        void bytesOf(stream).then(
          (whole) => {
            received.push(whole.subarray(5));
            answerWith(stream, framed(Buffer.from('answer')));
          },
          () => undefined,
        );
      },
      { initialWindowSize: 30_000 },
    );
    const bodies = Array.from({ length: 40 }, (_, k) => Buffer.alloc(400_000 + k, k + 1));
    await Promise.all(
      bodies.map(async (body, k) => {
        const memory = Buffer.from(body);
        if (k % 2 === 0) return backend.ask([memory]);
        const deadline = new Deadline(20_000);
        setTimeout(() => {
          deadline.end('gone');
          memory.fill(0);
        }, k);
        return faultOf(() => backend.ask([memory], deadline));
      }),
    );
    expect(received.filter((whole) => !bodies.some((body) => body.equals(whole)))).to.have.length(0);
    expect(received.length).to.be.at.least(20);
    // The head of a message has zeros, nothing else.
    expect(partial.filter((chunk) => chunk.includes(Buffer.alloc(8)))).to.have.length(0);
    expect(backend.sessionCount).to.equal(1);
  });

  it('go on while one of them is not read at all', async () => {
    let held: ServerHttp2Stream | undefined;
    backend = await RawGrpcBackend.start((stream) => (held = stream), { initialWindowSize: 60_000 });
    // More than what the connection takes without anybody reading is left for the others.
    const blocked = backend.ask([bodyOf(1, 500_000)]);
    while (held === undefined) await new Promise(setImmediate);
    for (const session of backend.sessions) session.setLocalWindowSize(2 ** 20);
    backend.handle = echo;
    const bodies = Array.from({ length: 20 }, (_, k) => bodyOf(k + 2, 100_000));
    const answers = await Promise.all(bodies.map((body) => backend.ask([body])));
    expect(answers.every((answer, k) => bodies[k]?.equals(answer))).to.equal(true);
    echo(held);
    expect((await blocked).equals(bodyOf(1, 500_000))).to.equal(true);
  });

  it('are not disturbed by windows that shrink below what is on its way', async () => {
    const streams: ServerHttp2Stream[] = [];
    backend = await RawGrpcBackend.start((stream) => streams.push(stream), { initialWindowSize: 60_000 });
    const bodies = [bodyOf(1, 200_000), bodyOf(2, 200_000)];
    const answers = bodies.map((body) => backend.ask([body]));
    while (streams.length < 2) await new Promise(setImmediate);
    for (const initialWindowSize of [10, 50_000, 2000]) {
      for (const session of backend.sessions) {
        await new Promise<void>((resolve) => {
          session.settings({ initialWindowSize }, () => {
            resolve();
          });
        });
      }
    }
    streams.forEach(echo);
    expect((await Promise.all(answers)).every((answer, k) => bodies[k]?.equals(answer))).to.equal(true);
  });
});
