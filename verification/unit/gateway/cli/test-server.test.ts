/** `fovea test-server`: which words it takes, what it sends, and what it says of wrong answers and wrong words. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { fakeJpeg } from '../../../support/fake-engine.ts';
import { TemporaryFolders } from '../../../support/made-up-model.ts';
import { runTestServer as run } from '../../../support/run-test-server.ts';
import { goodHealth, goodPrediction, ScriptedServer, type Told } from '../../../support/scripted-server.ts';

describe('fovea test-server', () => {
  const folders = new TemporaryFolders();
  let server: ScriptedServer;
  let url: string;
  let folder: string;

  before(async () => {
    folder = await folders.make();
    for (const name of ['n01440764_tench.jpeg', 'n01667114_mud_turtle.JPEG', 'holiday.jpg']) {
      await writeFile(path.join(folder, name), fakeJpeg(1));
    }
  });
  after(() => folders.remove());
  beforeEach(async () => {
    server = await ScriptedServer.start();
    url = server.url;
  });
  afterEach(() => server.close());

  const tench = (): string => path.join(folder, 'n01440764_tench.jpeg');
  const turtle = (): string => path.join(folder, 'n01667114_mud_turtle.JPEG');
  const holiday = (): string => path.join(folder, 'holiday.jpg');

  describe('with pictures', () => {
    it('shows a class for each, compares it where the name says one, and exits 1 for a wrong one', async () => {
      const { code, out, error } = await run(['--url', url, '--images', tench(), turtle(), holiday()]);
      expect([code, error]).to.deep.equal([1, '']);
      const lines = out.trimEnd().split('\n');
      expect(lines[0]).to.match(/^PICTURE +RESULT +DETAILS$/);
      expect(lines[1]).to.match(/tench\.jpeg +passed +class 0, confidence 0\.900, \d+ ms$/);
      expect(lines[2]).to.match(
        /turtle\.JPEG +failed +class 0, .* ms; its name says class 35 \(.*turtle.*\)$/,
      );
      expect(lines[3]).to.match(/holiday\.jpg +passed +class 0/);
      expect(lines[4]).to.equal('2 passed, 1 failed, 0 skipped');
    });

    it('exits 0 when all is well, and sends the file as a form with its name, below the path of --url', async () => {
      const { code } = await run([`--url=${url}/v4/p/app/`, `--image=${tench()}`]);
      expect(code).to.equal(0);
      expect(server.asked.map((one) => one.path)).to.deep.equal([
        '/v4/p/app/health',
        '/v4/p/app/predict?labels=true',
      ]);
      expect(server.asked[1]?.body).to.match(/name="file"; filename="[^"]*n01440764_tench\.jpeg"/);
      expect(server.asked[1]?.headers).not.to.have.any.keys('authorization', 'x-api-key');
    });

    it('sends the key both ways, from the flag or the environment, and never shows it', async () => {
      const words = ['--url', url, '--images', tench()];
      const outcomes = [
        await run([...words, '--api-key', 's3cret-of-mine']),
        await run(words, { environment: { API_KEY: 's3cret-of-mine' } }),
      ];
      for (const { code, out, error } of outcomes) {
        expect(code).to.equal(0);
        expect(out + error).not.to.include('s3cret');
      }
      expect(server.asked).to.have.length(4);
      for (const { headers } of server.asked) {
        expect(headers.authorization).to.equal('Bearer s3cret-of-mine');
        expect(headers['x-api-key']).to.equal('s3cret-of-mine');
      }
    });

    it('tells class 0 of another list from a tench, where the server names its classes', async () => {
      server.answer = ({ path: place }) => ({
        body: place === '/health' ? goodHealth : { ...goodPrediction, label: 'airplane' },
      });
      const { code, out } = await run(['--url', url, '--images', tench()]);
      expect(out).to.match(/failed +class 0 \(airplane\), .*; its name says class 0 \(tench\b/);
      expect(code).to.equal(1);
      server.answer = ({ path: place }) => ({
        body: place === '/health' ? goodHealth : { ...goodPrediction, label: 'Tench, Tinca tinca' },
      });
      expect((await run(['--url', url, '--images', tench()])).code).to.equal(0);
    });

    const wrongAnswers: readonly (readonly [string, Told, RegExp])[] = [
      ['another status', { status: 503, body: { error: 'Loading.' } }, /answered 503: Loading\./],
      [
        'the words of FastAPI',
        { status: 401, body: { detail: 'Not authenticated' } },
        /401: Not authenticated/,
      ],
      ['no JSON', { body: '<html>' }, /the answer is not JSON/],
      ['no class', { body: { ...goodPrediction, class_id: 'tench' } }, /"class_id" is not a whole number/],
      ['a negative class', { body: { ...goodPrediction, class_id: -1 } }, /"class_id" is not a whole number/],
      [
        'a percentage',
        { body: { ...goodPrediction, confidence: 90 } },
        /"confidence" is not a number from 0 to 1/,
      ],
      ['no time', { body: { class_id: 0, confidence: 1 } }, /"processing_time" is not/],
      ['a strange GPU', { body: { ...goodPrediction, gpu_utilization: 75 } }, /"gpu_utilization" is neither/],
      ['a list', { body: [goodPrediction] }, /"class_id" is not a whole number/],
      ['null', { body: null }, /"class_id" is not a whole number/],
    ];
    for (const [what, told, sentence] of wrongAnswers) {
      it(`says what is wrong with ${what}`, async () => {
        server.answer = ({ path: place }) => (place === '/health' ? { body: goodHealth } : told);
        const { code, out } = await run(['--url', url, '--images', tench()]);
        expect(code).to.equal(1);
        expect(out).to.match(sentence);
        expect(out).to.match(/0 passed, 1 failed, 0 skipped/);
      });
    }
  });

  describe('mistakes', () => {
    const misused: readonly (readonly [readonly string[], RegExp])[] = [
      [['--run-tests'], /Say with --url where the server is/],
      [['--url', 'localhost:5000', '--run-tests'], /--url "localhost:5000" must be a URL/],
      [
        ['--url', 'http://localhost:1'],
        /Name pictures with --images, or ask for everything with --run-tests/,
      ],
      [['--url', 'http://localhost:1', '--images'], /--images has no value/],
      [['--url', 'http://localhost:1', '--run-tests', '--timeout-seconds', '0'], /must be a number above 0/],
      [['--url', 'http://localhost:1', '--run-test'], /There is no option --run-test/],
      [['--url', 'http://localhost:1', '--run-tests', 'cat.jpg'], /"cat\.jpg" is not expected here/],
    ];
    for (const [words, sentence] of misused) {
      it(`${words.join(' ')}: one sentence, exit code 2`, async () => {
        const { code, out, error } = await run(words);
        expect([code, out]).to.deep.equal([2, '']);
        expect(error).to.match(sentence);
      });
    }

    it('a picture that is not there: one sentence, and nothing is sent', async () => {
      const { code, error } = await run(['--url', url, '--images', path.join(folder, 'gone.jpg')]);
      expect(code).to.equal(1);
      expect(error).to.match(/^fovea: There is no file or folder .*gone\.jpg\.\n$/);
      expect(server.asked).to.deep.equal([]);
    });

    it('nobody there, or somebody who does not answer: one sentence', async () => {
      const free = createServer();
      await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
      const { port } = free.address() as AddressInfo;
      const silent = await run([
        '--url',
        `http://127.0.0.1:${port}`,
        '--run-tests',
        '--timeout-seconds',
        '0.2',
      ]);
      expect(silent.error).to.equal(
        `fovea: no answer from http://127.0.0.1:${port}: no answer within 0.2 s.\n`,
      );
      free.closeAllConnections();
      await new Promise((resolve) => free.close(resolve));
      const nobody = await run(['--url', `http://127.0.0.1:${port}`, '--run-tests']);
      expect(nobody.error).to.equal(
        `fovea: no answer from http://127.0.0.1:${port}: nobody listens there.\n`,
      );
      expect([silent.code, nobody.code]).to.deep.equal([1, 1]);
    });

    it('--help tells everything and needs nothing', async () => {
      const { code, out } = await run(['--help'], { environment: { API_KEY: 's3cret' } });
      expect(code).to.equal(0);
      expect(out).to.match(/--run-tests/);
      expect(out).not.to.include('s3cret');
    });
  });
});
