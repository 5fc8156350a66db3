/** The real EfficientNet-Lite0: pulled by the real pip from its real index, then asked about the contract's pictures. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { TemporaryFolders } from '../support/made-up-model.ts';
import { postPicture, runCommand, startServer } from '../support/running-server.ts';

const shared = path.resolve('..', 'shared', 'data');
const samples = path.join(shared, 'imagenet-samples');
const reason = [
  ...(process.env['FOVEA_TEST_REAL_PULL'] === '1' ? [] : ['FOVEA_TEST_REAL_PULL is not 1']),
  ...(existsSync(samples) ? [] : ['../shared/data is absent']),
].join(', ');

/** The settings of this machine's pip belong to what is tested. */
function machineEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || !/^(PIP_|https?_proxy|no_proxy|SSL_)/i.test(name) ? [] : [[name, value]],
    ),
  );
}

describe(`the real EfficientNet-Lite0${reason === '' ? '' : ` (skipped: ${reason})`}`, function () {
  this.timeout(300_000);
  const folders = new TemporaryFolders();
  let environment: Record<string, string> = {};

  before(async function () {
    if (reason !== '') this.skip();
    const [models, cache] = [await folders.make(), await folders.make()];
    environment = { ...machineEnvironment(), MODELS_DIR: models, CACHE_DIR: cache };
    const pulled = await runCommand(['models', 'pull', 'efficientnet-lite0'], environment);
    expect(pulled, pulled.error).to.have.property('code', 0);
  });
  after(() => folders.remove());

  it('verifies', async () => {
    const { out } = await runCommand(['models', 'verify', 'efficientnet-lite0'], environment);
    expect(out.trim()).to.equal('efficientnet-lite0/1: verified');
  });

  it('answers the golden pictures behind /classify/resnet', async () => {
    const server = await startServer(environment);
    await server.ready();
    for (const [name, expected] of [
      ['cat.jpg', 286],
      ['dog.jpg', 261],
      ['n01440764_tench.jpeg', 1],
      ['n01667114_mud_turtle.JPEG', 36],
    ] as const) {
      const picture = await readFile(path.join(shared, 'golden', name));
      const answer = await postPicture(`${server.url}/classify/resnet`, picture, name);
      expect(await answer.text(), name).to.equal(`{"classes":${expected}}`);
      expect(answer.headers.get('X-Model')).to.equal('efficientnet-lite0/1');
    }
    expect(await server.stop()).to.equal(0);
  });

  it('is right about at least 355 of the 400 samples', async () => {
    const numbers = await readFile(path.join(shared, 'models', 'imagenet_wnids.txt'), 'utf8');
    const order = [...new Set(numbers.match(/n\d{8}/g))].sort();
    expect(order).to.have.length(1000);
    const words = ['classify', samples, '--model', 'efficientnet-lite0', '--output', 'json'];
    const { out } = await runCommand(words, environment);
    const rows = JSON.parse(out) as readonly { readonly file: string; readonly class: number }[];
    expect(rows).to.have.length((await readdir(samples)).length);
    const right = rows.filter((row) => order.indexOf(path.basename(row.file).slice(0, 9)) + 1 === row.class);
    expect(right.length).to.be.at.least(355);
  });
});
