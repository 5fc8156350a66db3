/** The contract's own pictures through the real program and the real models, where they are at hand. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { TemporaryFolders } from '../support/made-up-model.ts';
import { postPicture, startServer, type RunningServer } from '../support/running-server.ts';

const shared = path.resolve('..', 'shared', 'data');
const isPresent = existsSync(path.join(shared, 'models', 'mobilenet_edgetpu_tf2', '1', 'saved_model.pb'));
const reason = isPresent ? '' : ' (skipped: ../shared/data is absent)';

describe(`the real EdgeTPU models in the real program${reason}`, function () {
  this.timeout(120_000);
  const folders = new TemporaryFolders();
  let server: RunningServer;

  const picture = (name: string): Promise<Buffer> => readFile(path.join(shared, 'golden', name));

  before(async function () {
    if (!isPresent) this.skip();
    server = await startServer({
      MODELS_DIR: path.join(shared, 'models'),
      RESNET_MODEL: 'mobilenet_edgetpu_tf2',
      CACHE_DIR: await folders.make(),
      LOG_LEVEL: 'info',
    });
    // The official ResNet lies there without its weights: it must fail by itself and leave the others alone.
    for (;;) {
      const answer = await fetch(`${server.url}/ready`);
      const text = await answer.text();
      if (answer.ok || !/is (waiting|loading)/.test(text)) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });

  after(async () => {
    if (isPresent) await server.stop();
    await folders.remove();
  });

  const answers = [
    ['cat.jpg', 286],
    ['dog.jpg', 261],
    ['n01440764_tench.jpeg', 1],
    ['n01667114_mud_turtle.JPEG', 36],
  ] as const;

  for (const model of ['resnet', 'mobilenet_edgetpu_tf1', 'mobilenet_edgetpu_tf2']) {
    it(`${model} gives ${answers.map(([name, expected]) => `${name} → ${expected}`).join(', ')}`, async () => {
      for (const [name, expected] of answers) {
        const answer = await postPicture(`${server.url}/classify/${model}`, await picture(name), name);
        expect(await answer.text(), name).to.equal(`{"classes":${expected}}`);
      }
    });
  }

  it('POST /predict counts their classes without the background: the tench is 0, the mud turtle 35', async () => {
    for (const [name, label, expected] of [
      ['n01440764_tench.jpeg', 'tench', 0],
      ['n01667114_mud_turtle.JPEG', 'mud turtle', 35],
      ['cat.png', 'cat', 285],
    ] as const) {
      const form = new FormData();
      form.append('file', new Blob([Uint8Array.from(await picture(name))]), name);
      const answer = await fetch(`${server.url}/predict`, { method: 'POST', body: form });
      expect(await answer.json(), label).to.include({ class_id: expected, gpu_utilization: null });
    }
  });

  it('refuses cat.png with 400', async () => {
    const answer = await postPicture(`${server.url}/classify/resnet`, await picture('cat.png'), 'cat.png');
    expect(answer.status).to.equal(400);
  });

  it('says why a model without weights is not served, and serves the others', async () => {
    const answer = await postPicture(
      `${server.url}/classify/resnet_v2_fp32_savedmodel_NHWC_jpg`,
      await picture('cat.jpg'),
    );
    expect(answer.status).to.equal(503);
    expect(await answer.json())
      .to.have.property('error')
      .that.includes('variables.data-00000-of-00001');
  });
});
