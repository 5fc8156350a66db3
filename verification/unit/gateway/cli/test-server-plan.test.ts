/** `fovea test-server --run-tests`: what it finds in servers with and without a flaw. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { fakeJpeg } from '../../../support/fake-engine.ts';
import { TemporaryFolders } from '../../../support/made-up-model.ts';
import { runTestServer as run } from '../../../support/run-test-server.ts';
import {
  goodHealth,
  goodPrediction,
  ScriptedServer,
  type Asked,
  type Told,
} from '../../../support/scripted-server.ts';

describe('fovea test-server --run-tests', () => {
  const folders = new TemporaryFolders();
  let server: ScriptedServer;
  let url: string;
  let folder: string;

  before(async () => {
    folder = await folders.make();
    await writeFile(path.join(folder, 'n01440764_tench.jpeg'), fakeJpeg(1));
  });
  after(() => folders.remove());
  beforeEach(async () => {
    server = await ScriptedServer.start();
    url = server.url;
  });
  afterEach(() => server.close());

  const tench = (): string => path.join(folder, 'n01440764_tench.jpeg');
  /** What a server without a flaw answers, as far as the form of the request tells it. */
  const sound = ({ path: place, headers, body }: Asked): Told => {
    if (place === '/health') return { body: goodHealth };
    if (place === '/no-such-path') return { status: 404, body: { detail: 'Not Found' } };
    if (headers['content-type'] === undefined) return { status: 405, body: { detail: 'Method Not Allowed' } };
    if (/x-api-key/i.test(Object.keys(headers).join()) && headers['x-api-key'] !== 'right') {
      return { status: 401, body: {} };
    }
    const files = body.split('filename=').length - 1;
    if (files === 0 || /filename="(text|empty|half)\.jpg"/.test(body))
      return { status: 422, body: { detail: [] } };
    if (place.startsWith('/predict/top')) {
      const predictions = [0, 1, 2].map((class_id) => ({ class_id, confidence: 0.3 }));
      return { body: { predictions, processing_time: 0.01 } };
    }
    return { body: files === 1 ? goodPrediction : Array.from({ length: files }, () => goodPrediction) };
  };

  const resultOf = (out: string, title: string): string =>
    new RegExp(`^${title} +(.*)$`, 'm').exec(out)?.[1]?.replace(/ +/g, ' ') ?? 'no such test';

  it('passes a server without a flaw and skips what it cannot know', async function () {
    this.timeout(20_000);
    server.answer = sound;
    const { code, out } = await run(['--url', url, '--run-tests']);
    expect(out).to.match(/^8 passed, 0 failed, 2 skipped$/m);
    expect(resultOf(out, 'class check')).to.match(/^skipped no picture says its class/);
    expect(resultOf(out, 'API key')).to.match(/^skipped no --api-key/);
    expect(resultOf(out, 'load')).to.match(/^passed 100 requests over 8 connections/);
    expect(code).to.equal(0);
  });

  it('checks classes and the key where it is told of them', async function () {
    this.timeout(20_000);
    server.answer = (one) =>
      /predict/.test(one.path) &&
      one.headers['x-api-key'] !== 'right' &&
      one.headers['content-type'] !== undefined
        ? { status: 401, body: { detail: 'Not authenticated' } }
        : sound(one);
    const words = ['--url', url, '--run-tests', '--api-key', 'right', '--images', tench()];
    const { code, out } = await run(words);
    expect(resultOf(out, 'class check')).to.equal('passed 1 of 1 right');
    expect(resultOf(out, 'API key')).to.match(/^passed/);
    expect([code, /10 passed, 0 failed/.test(out)]).to.deep.equal([0, true]);
  });

  it('skips the likeliest classes where a server has no such path', async function () {
    this.timeout(20_000);
    server.answer = (one) =>
      one.path.startsWith('/predict/top') ? { status: 404, body: { detail: 'Not Found' } } : sound(one);
    const { code, out } = await run(['--url', url, '--run-tests']);
    expect(resultOf(out, 'top predictions')).to.equal('skipped the server has no /predict/top');
    expect(code).to.equal(0);
  });

  const flaws: readonly (readonly [string, string, RegExp, (one: Asked) => Told | undefined])[] = [
    [
      'a model that is not loaded',
      'health',
      /^failed no model is loaded/,
      ({ path: place }) =>
        place === '/health' ? { body: { ...goodHealth, model_loaded: false } } : undefined,
    ],
    [
      'a wrong picture taken for right',
      'error handling',
      /^failed a text instead of a picture gave 200/,
      ({ body }) => (body.includes('filename="text.jpg"') ? { body: goodPrediction } : undefined),
    ],
    [
      'an error of its own for a mistake',
      'error handling',
      /^failed an empty file gave 500: boom/,
      ({ body }) =>
        body.includes('filename="empty.jpg"') ? { status: 500, body: { detail: 'boom' } } : undefined,
    ],
    [
      'predictions out of order',
      'top predictions',
      /^failed the predictions are not in the order/,
      ({ path: place }) =>
        place.startsWith('/predict/top')
          ? {
              body: {
                predictions: [0.1, 0.2, 0.3].map((confidence) => ({ class_id: 0, confidence })),
                processing_time: 0,
              },
            }
          : undefined,
    ],
    [
      'one answer for several pictures',
      'batch',
      /^failed 3 pictures in one form gave no list/,
      ({ body }) => (body.split('filename=').length === 4 ? { body: goodPrediction } : undefined),
    ],
    [
      'a batch whose order is lost',
      'batch',
      /^failed picture 2 of 3 gives another class than alone/,
      ({ body }) =>
        body.split('filename=').length === 4
          ? { body: [goodPrediction, { ...goodPrediction, class_id: 7 }, goodPrediction] }
          : undefined,
    ],
    [
      'formats that it does not take',
      'edge cases',
      /^failed refused: (.*; )?6 megapixels \(400: too large\)/,
      ({ body }) => (body.length > 50_000 ? { status: 400, body: { error: 'too large' } } : undefined),
    ],
    [
      'requests refused under load',
      'load',
      /^failed \d+ of 100 refused, the first with 429/,
      () => (server.asked.length > 40 && server.asked.length < 60 ? { status: 429, body: {} } : undefined),
    ],
  ];
  for (const [what, test, expected, flaw] of flaws) {
    it(`finds ${what}`, async function () {
      this.timeout(20_000);
      server.answer = (one) => flaw(one) ?? sound(one);
      const { code, out } = await run(['--url', url, '--run-tests']);
      expect(resultOf(out, test)).to.match(expected);
      expect(code).to.equal(1);
    });
  }

  it('finds a server that lets everybody in who should ask for the key', async function () {
    this.timeout(20_000);
    server.answer = (one) => sound({ ...one, headers: { ...one.headers, 'x-api-key': 'right' } });
    const { code, out } = await run(['--url', url, '--run-tests', '--api-key', 'right']);
    expect(resultOf(out, 'API key')).to.equal('failed without a key the answer is 200 instead of 401');
    expect(code).to.equal(1);
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    server.answer = (one) => {
      if (one.path === '/predict') stop.abort();
      return sound(one);
    };
    const { code, out } = await run(['--url', url, '--run-tests'], { stop: stop.signal });
    expect(code).to.equal(1);
    expect(out).not.to.match(/edge cases/);
  });
});
