/** The real program told to stop, or killed, while it compiles a model. */
import { existsSync, readdirSync, watch } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { installPictureFixture, type PictureFixture } from '../support/picture-fixture.ts';
import { launchServer, postPicture, startServer, type LaunchedServer } from '../support/running-server.ts';

/** From the first moment of a build to when it is over: compiling, tuning in native code, moving into place. */
const delaysMilliseconds = [0, 80, 160, 240, 320];

describe('fovea serve, the end while a model is compiled', function () {
  this.timeout(120_000);
  let fixture: PictureFixture;
  let environment: Record<string, string>;

  before(async () => {
    fixture = await installPictureFixture();
    environment = { MODELS_DIR: fixture.modelsFolder, CACHE_DIR: fixture.cacheFolder };
  });

  beforeEach(async () => {
    await rm(fixture.cacheFolder, { recursive: true, force: true });
    await mkdir(fixture.cacheFolder);
  });

  const leftOvers = (): readonly string[] =>
    readdirSync(fixture.cacheFolder).filter((name) => name.startsWith('.'));

  /** A server that has begun to build its model and was given this much time for it. */
  async function startedBuilding(milliseconds: number): Promise<LaunchedServer> {
    const begun = new Promise<void>((resolve) => {
      const watcher = watch(fixture.cacheFolder, (_, name) => {
        if (name?.startsWith('.building-') !== true) return;
        watcher.close();
        resolve();
      });
    });
    // A model this small is built before the server listens.
    const server = launchServer(environment);
    await begun;
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    return server;
  }

  /** Twice, so that what the first of them made of the leftovers is read as well. */
  async function startsAndAnswers(): Promise<void> {
    for (const round of ['first', 'second']) {
      const server = await startServer(environment);
      await server.ready();
      for (const { bytes, class: expected } of fixture.pictures) {
        const answer = await postPicture(`${server.url}/classify/tiny`, bytes);
        expect(await answer.text(), round).to.equal(`{"classes":${expected}}`);
      }
      expect(await server.stop(), round).to.equal(0);
      if (round === 'second') expect(server.messages).to.not.include('model compiled');
      expect(server.messages.join('\n'), round).to.not.include('damaged');
    }
  }

  for (const delay of delaysMilliseconds) {
    it(`SIGTERM ${delay} ms into the build ends it with 0 and leaves nothing half-built`, async () => {
      const server = await startedBuilding(delay);
      expect(await server.stop()).to.equal(0);
      expect(server.process.signalCode).to.equal(null);
      expect(server.messages.at(-1)).to.equal('Stopped.');
      expect(server.messages.join('\n')).to.not.include('cannot be served');
      expect(leftOvers()).to.deep.equal([]);
      for (const entry of readdirSync(fixture.cacheFolder)) {
        const description = path.join(fixture.cacheFolder, entry, 'program.json');
        expect(existsSync(description), 'an entry is whole').to.equal(true);
      }
    });
  }

  it('starts, answers and keeps its cache after builds that were called off', async () => {
    for (const delay of [0, 150]) {
      await (await startedBuilding(delay)).stop();
      // What was built in spite of the signal would keep the next server from building.
      const whole = readdirSync(fixture.cacheFolder).filter((name) => !name.startsWith('.'));
      for (const name of whole) await rm(path.join(fixture.cacheFolder, name), { recursive: true });
    }
    await startsAndAnswers();
  });

  it('starts, answers and keeps its cache after a build that was killed', async () => {
    const server = await startedBuilding(0);
    server.process.kill('SIGKILL');
    await server.exited;
    expect(leftOvers(), 'what a killed process cannot clear away').to.have.length(1);
    await startsAndAnswers();
  });
});
