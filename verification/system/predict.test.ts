/** `/predict` of the real program: every format to its pixels, the key kept, the prefix of a platform, and its own tester. */
import path from 'node:path';
import { expect } from 'chai';
import sharp from 'sharp';
import { TemporaryFolders } from '../support/made-up-model.ts';
import { installPictureFixture, type PictureFixture } from '../support/picture-fixture.ts';
import { runCommand, startServer, type RunningServer } from '../support/running-server.ts';
import { testPicture } from '../support/test-picture.ts';

const apiKey = 's3cret-of-the-system-test';
const prefix = '/system/services/fovea/exposed';

describe('fovea serve, its /predict', function () {
  this.timeout(120_000);
  const folders = new TemporaryFolders();
  let fixture: PictureFixture;
  let server: RunningServer;

  before(async () => {
    fixture = await installPictureFixture();
    server = await startServer({
      MODELS_DIR: fixture.modelsFolder,
      CACHE_DIR: fixture.cacheFolder,
      API_KEY: apiKey,
      OSCAR_SERVICE_BASE_PATH: prefix,
      LOG_LEVEL: 'debug',
    });
    await server.ready();
  });
  after(async () => {
    await server.stop();
    await folders.remove();
  });

  async function predict(bytes: Uint8Array, place = '/predict/top?k=4'): Promise<unknown> {
    const form = new FormData();
    form.append('file', new Blob([Uint8Array.from(bytes)]), 'picture');
    const headers = { 'X-API-Key': apiKey };
    const answer = await fetch(server.url + place, { method: 'POST', body: form, headers });
    expect(answer.status, await answer.clone().text()).to.equal(200);
    const { predictions } = (await answer.json()) as { predictions: unknown };
    return predictions;
  }

  it('gives the classes that TensorFlow gives', async () => {
    for (const { bytes, class: expected } of fixture.pictures) {
      expect(await predict(bytes)).to.have.nested.property('[0].class_id', expected);
    }
  });

  /** Pictures that hold the same pixels once they are 8-bit colours without transparency. */
  const same: readonly (readonly [string, readonly string[]])[] = [
    ['colour.png', ['colour-alpha.png', 'lossless.webp', 'lossless-alpha.webp']],
    ['grey.png', ['grey-alpha.png']],
    ['palette.png', ['palette-alpha.png']],
  ];
  for (const [plain, others] of same) {
    it(`sees in ${others.join(', ')} what it sees in ${plain}`, async () => {
      const expected = await predict(testPicture(plain));
      for (const other of others) expect(await predict(testPicture(other)), other).to.deep.equal(expected);
    });
  }

  it('sees in 16 bits a channel what it sees in 8, in colour and in grey', async () => {
    for (const [name, space] of [
      ['colour.png', 'rgb16'],
      ['grey.png', 'grey16'],
    ] as const) {
      const deep = await sharp(testPicture(name)).toColourspace(space).png().toBuffer();
      expect((await sharp(deep).metadata()).depth).to.equal('ushort');
      expect(await predict(deep), name).to.deep.equal(await predict(testPicture(name)));
    }
  });

  it('lives under the prefix of the platform, health checks included', async () => {
    const [{ bytes } = { bytes: new Uint8Array() }] = fixture.pictures;
    expect(await predict(bytes, `${prefix}/predict/top?k=1`)).to.have.length(1);
    const health = await fetch(`${server.url}${prefix}/health`);
    expect(await health.json()).to.include({ status: 'healthy', model_loaded: true });
  });

  it('passes all tests of fovea test-server, over the prefix and with the key of the environment', async () => {
    const words = ['test-server', '--url', server.url + prefix, '--run-tests'];
    const { code, out } = await runCommand(words, { API_KEY: apiKey });
    expect(out).to.match(/\n9 passed, 0 failed, 1 skipped\n$/);
    expect(code).to.equal(0);
  });

  it('fails them without the key, in one table, and a wrong address in one sentence', async () => {
    const refused = await runCommand(
      [
        'test-server',
        '--url',
        server.url,
        '--images',
        path.resolve('verification/test_data/baseline-444.jpg'),
      ],
      {},
    );
    expect(refused.out).to.match(/failed +answered 401: This path needs an API key;/);
    expect(refused.code).to.equal(1);
    const nobody = await runCommand(['test-server', '--url', 'http://127.0.0.1:9', '--run-tests'], {});
    expect([nobody.code, nobody.out]).to.deep.equal([1, '']);
    expect(nobody.error).to.match(/^fovea: no answer from http:\/\/127\.0\.0\.1:9: .*\.\n$/);
  });

  it('never writes the key into its log, nor into its help', async () => {
    expect(server.messages.join('\n')).not.to.include(apiKey);
    const { out } = await runCommand(['serve', '--help'], { API_KEY: apiKey });
    expect(out).to.include('API_KEY').and.not.to.include(apiKey);
    const { error, code } = await runCommand(['serve', '--api-key', 'two words'], {});
    expect(code).to.equal(2);
    expect(error)
      .to.match(/--api-key cannot be used; expected visible ASCII/)
      .and.not.include('two words');
  });
});
