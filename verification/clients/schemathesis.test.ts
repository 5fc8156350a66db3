/** Schemathesis, which makes up requests from our OpenAPI document and checks what is answered. */
import path from 'node:path';
import { expect } from 'chai';
import { installPictureFixture } from '../support/picture-fixture.ts';
import { startServer, type RunningServer } from '../support/running-server.ts';
import { isOnPath, runClient } from './run-client.ts';

const program = process.env['FOVEA_SCHEMATHESIS'] ?? 'schemathesis';
const isThere = path.isAbsolute(program) || (await isOnPath(program));
const suffix = isThere
  ? ''
  : ' (skipped: no schemathesis on the PATH; install verification/clients/schemathesis-requirements.txt into a ' +
    'Python environment and name its program with FOVEA_SCHEMATHESIS)';
const config = path.resolve('verification', 'clients', 'schemathesis.toml');
const examples = 200;
const key = 'a-key';

describe(`schemathesis, with every check and ${examples} examples of each operation${suffix}`, function () {
  this.timeout(1_200_000);
  let server: RunningServer;

  before(async function () {
    if (!isThere) this.skip();
    const fixture = await installPictureFixture();
    server = await startServer({
      MODELS_DIR: fixture.modelsFolder,
      CACHE_DIR: fixture.cacheFolder,
      WORKERS: '1',
      API_KEY: key,
    });
    await server.ready();
  });
  after(async () => {
    if (isThere) await server.stop();
  });

  it('finds nothing', async () => {
    const { code, out, error } = await runClient(program, [
      ...['--config-file', config, 'run', `${server.url}/openapi.json`],
      ...['--checks', 'all', '--max-examples', String(examples), '--header', `X-API-Key: ${key}`],
      ...['--seed', '6', '--no-color'],
    ]);
    expect(code, `${out.slice(-10_000)}\n${error}`).to.equal(0);
  });

  it('leaves a server that is as ready as before', async () => {
    expect((await fetch(`${server.url}/ready`)).status).to.equal(200);
  });
});
