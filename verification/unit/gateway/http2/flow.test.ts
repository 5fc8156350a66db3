/** Many calls at once to a server of another make, however little it takes at a time. */
import { expect } from 'chai';
import type { ServerHttp2Stream, Settings } from 'node:http2';
import { Deadline } from '../../../../gateway/deadline.ts';
import {
  answerWith,
  bytesOf,
  echo,
  framed,
  plainHeaders,
  RawGrpcBackend,
} from '../../../support/raw-grpc-backend.ts';
import { seeded } from '../../../support/seeded.ts';

/** No two have a stretch in common. */
const bodyOf = (call: number, length: number): Buffer =>
  Buffer.from(
    Uint32Array.from({ length: Math.ceil(length / 4) }, (_, k) => call * 2 ** 22 + k).buffer,
  ).subarray(0, length);

/** As its bytes come in, in pieces as they come. */
function echoAtOnce(stream: ServerHttp2Stream): void {
  stream.respond(plainHeaders, { waitForTrailers: true });
  stream.once('wantTrailers', () => {
    stream.sendTrailers({ 'grpc-status': '0' });
  });
  stream.pipe(stream);
}

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

  for (let seed = 1; seed <= 4; seed += 1) {
    it(`are answered with their own bytes by a server that changes its mind all the time, by chance ${seed}`, async () => {
      const random = seeded(seed);
      const below = (limit: number): number => Math.floor(random() * limit);
      let pending = 0;
      const changed = (): Settings => ({
        initialWindowSize: 1 + below(60_000),
        maxFrameSize: 16_384 + below(60_000),
        headerTableSize: below(4097),
      });
      backend = await RawGrpcBackend.start((stream) => {
        const change = changed();
        // Beyond ten that were not acknowledged, Node.js gives the connection up itself.
        if (pending < 5 && random() < 0.3) {
          pending += 1;
          stream.session?.settings(change, () => (pending -= 1));
        }
        if (random() < 0.1) stream.session?.ping(() => undefined);
        // The half of them begin to answer before they have read everything.
        if (random() < 0.5) echo(stream);
        else echoAtOnce(stream);
      }, changed());
      const bodies = Array.from({ length: 60 }, (_, k) => bodyOf(k, below(120_000)));
      const answers = await Promise.all(bodies.map((body) => backend.ask([body])));
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
    const outcomes = await Promise.allSettled(
      bodies.map(async (body, k) => {
        const memory = Buffer.from(body);
        if (k % 2 === 0) return backend.ask([memory]);
        const deadline = new Deadline(20_000);
        setTimeout(() => {
          deadline.end('gone');
          memory.fill(0);
        }, k);
        return backend.ask([memory], deadline);
      }),
    );
    // One that is cancelled late may have been answered.
    for (const [k, outcome] of outcomes.entries()) {
      if (outcome.status === 'fulfilled') expect(outcome.value.toString(), `answer ${k}`).to.equal('answer');
    }
    const cancelled = outcomes.flatMap(({ status }, k) => (status === 'rejected' ? [k] : []));
    expect(cancelled).not.to.have.length(0);
    expect(cancelled.filter((k) => k % 2 === 0)).to.deep.equal([]);
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
