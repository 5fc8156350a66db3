/** Settings that change how the real program answers or what it is made of. */
import { existsSync, readdirSync } from 'node:fs';
import { expect } from 'chai';
import { installPictureFixture, type PictureFixture } from '../support/picture-fixture.ts';
import { postPicture, startServer, type RunningServer } from '../support/running-server.ts';
import { testPicture } from '../support/test-picture.ts';

const countsThreads = existsSync('/proc/self/task');

describe('fovea serve, its settings', function () {
  this.timeout(60_000);
  let fixture: PictureFixture;
  let server: RunningServer | undefined;

  before(async () => {
    fixture = await installPictureFixture();
  });
  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });

  async function start(environment: Readonly<Record<string, string>>): Promise<RunningServer> {
    server = await startServer({
      MODELS_DIR: fixture.modelsFolder,
      CACHE_DIR: fixture.cacheFolder,
      ...environment,
    });
    await server.ready();
    return server;
  }

  it('CLASSIFY_FORMATS=jpeg,png,webp classifies all three, by their bytes and not their names', async () => {
    const { url } = await start({ CLASSIFY_FORMATS: 'jpeg,png,webp' });
    const classOf = async (bytes: Uint8Array): Promise<unknown> => {
      const answer = await postPicture(`${url}/classify/tiny`, bytes, 'picture.dat');
      expect(answer.status).to.equal(200);
      return answer.json();
    };
    for (const { bytes, class: expected } of fixture.pictures)
      expect(await classOf(bytes)).to.deep.equal({ classes: expected });
    // Both hold the same pixels.
    expect(await classOf(testPicture('lossless.webp'))).to.deep.equal(
      await classOf(testPicture('colour.png')),
    );
    const gif = await postPicture(`${url}/classify/tiny`, testPicture('one-frame.gif'), 'picture.png');
    expect(gif.status).to.equal(400);
    expect(await gif.text()).to.include('Accepted: JPEG, PNG, WEBP');
  });

  it('CLASSIFY_FORMATS=png refuses JPEG and says what is accepted', async () => {
    const { url } = await start({ CLASSIFY_FORMATS: 'png' });
    const [picture] = fixture.pictures;
    const answer = await postPicture(`${url}/classify/tiny`, picture?.bytes ?? new Uint8Array());
    expect(answer.status).to.equal(400);
    expect(await answer.text()).to.include('Accepted: PNG.');
  });

  async function answers({ url }: RunningServer): Promise<void> {
    const classes = await Promise.all(
      fixture.pictures.map(async ({ bytes }) => (await postPicture(`${url}/classify/tiny`, bytes)).json()),
    );
    expect(classes).to.deep.equal(fixture.pictures.map((picture) => ({ classes: picture.class })));
  }

  /** Threads of the whole process once it is ready and has answered. */
  async function threadsWith(workers: number, threadsPerWorker: number): Promise<number> {
    const running = await start({
      WORKERS: String(workers),
      THREADS_PER_WORKER: String(threadsPerWorker),
    });
    await answers(running);
    const count = readdirSync(`/proc/${running.process.pid ?? 0}/task`).length;
    expect(await running.stop()).to.equal(0);
    return count;
  }

  it(`WORKERS and THREADS_PER_WORKER decide how many threads compute${countsThreads ? '' : ' (skipped: no /proc)'}`, async function () {
    if (!countsThreads) this.skip();
    const few = await threadsWith(1, 1);
    const workers = await threadsWith(4, 1);
    const threads = await threadsWith(1, 4);
    // Each worker is a thread at least, and each computing thread beyond a worker's own is one in each session.
    expect(workers - few).to.be.at.least(3);
    expect(threads - few).to.be.at.least(3);
  });

  for (const environment of [{ WORKERS: '3' }, { THREADS_PER_WORKER: '1' }, { WORKERS: 'auto' }]) {
    it(`answers with ${JSON.stringify(environment)}`, async () => {
      await answers(await start(environment));
    });
  }
});
