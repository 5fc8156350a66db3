/** The real program with --pull and FOVEA_PULL: fetches what is missing first, and serves in any case. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { TemporaryFolders } from '../support/made-up-model.ts';
import {
  offlineIndex,
  pipManifestOf,
  pipReason,
  pipSourceOf,
  tinyWeights,
  weightsPath,
  writeWheel,
} from '../support/made-up-wheel.ts';
import { postPicture, startServer } from '../support/running-server.ts';
import { testPicture } from '../support/test-picture.ts';

describe(`fovea serve --pull${pipReason}`, function () {
  this.timeout(120_000);
  const folders = new TemporaryFolders();
  const weights = tinyWeights();
  let models = '';
  let environment: Record<string, string> = {};

  before(function () {
    if (pipReason !== '') this.skip();
  });
  beforeEach(async () => {
    const index = await folders.make();
    await writeWheel(index, [{ name: weightsPath, content: weights }]);
    models = await folders.make();
    await mkdir(path.join(models, 'made-here'));
    await writeFile(
      path.join(models, 'made-here', 'manifest.json'),
      JSON.stringify(pipManifestOf(pipSourceOf(weights))),
    );
    environment = { ...offlineIndex(index), MODELS_DIR: models, CACHE_DIR: await folders.make() };
  });
  afterEach(() => folders.remove());

  it('fetches the model, serves it, and at the next start has nothing to fetch', async () => {
    const first = await startServer({ ...environment, FOVEA_PULL: 'made-here' });
    await first.ready();
    expect(first.messages[0]).to.equal(
      'made-here/1 is installed and verified, from the Python package made-up-weights 1.0.',
    );
    const answer = await postPicture(`${first.url}/classify/resnet`, testPicture('baseline-420.jpg'));
    expect(answer.headers.get('X-Model')).to.equal('made-here/1');
    // Class 0 is the background, which never answers.
    expect(await answer.text()).to.match(/^\{"classes":[123]\}$/);
    await first.stop();

    const second = await startServer({ ...environment, FOVEA_PULL: 'made-here', PIP_FIND_LINKS: '/nowhere' });
    expect(second.messages[0]).to.equal('made-here/1 was already installed; its files are right.');
    expect(await second.stop()).to.equal(0);
  });

  it('says in one sentence why it cannot be fetched, and serves all the same', async () => {
    const server = await startServer({ ...environment, FOVEA_PULL: 'made-here', PIP_FIND_LINKS: models });
    expect(server.messages[0]).to.match(
      /^made-here was not installed from the Python package made-up-weights 1\.0: no package index .*\. The server starts with the models it has\.$/,
    );
    expect((await fetch(`${server.url}/health`)).status).to.equal(200);
    expect(await readdir(path.join(models, 'made-here'))).to.deep.equal(['manifest.json']);
    expect(await server.stop()).to.equal(0);
  });

  it('names the known models when it knows none of the name', async () => {
    const server = await startServer({ ...environment, FOVEA_PULL: 'nobody' });
    expect(server.messages[0])
      .to.include('There is no model "nobody". Known models: ')
      .and.to.include('made-here')
      .and.to.match(/ The server starts with the models it has\.$/);
    expect(await server.stop()).to.equal(0);
  });
});
