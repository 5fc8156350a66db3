/** `npm run verify:tensorflow` as it is typed: help, misuse, what is missing, and the bundled model. */
import { copyFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { runClient } from '../clients/run-client.ts';
import { TemporaryFolders } from '../support/made-up-model.ts';
import { isTensorflowInstalled, missingTensorflow } from './tensorflow-package.ts';

const suffix = isTensorflowInstalled() ? '' : ` (skipped: ${missingTensorflow})`;

describe('verify:tensorflow', function () {
  this.timeout(120_000);
  const folders = new TemporaryFolders();
  after(() => folders.remove());
  const run = (...words: readonly string[]) =>
    runClient(process.execPath, [path.resolve('dist', 'verification', 'tensorflow', 'main.js'), ...words]);

  it('explains itself', async () => {
    const { code, out } = await run('--help');
    expect(code).to.equal(0);
    for (const option of ['--model', '--models-dir', '--images', '--count', '--report']) {
      expect(out).to.include(option);
    }
  });

  it('refuses options and numbers it does not know', async () => {
    for (const words of [['--modell'], ['--count', '0'], ['--count', 'many'], ['surplus']]) {
      const { code, out, error } = await run(...words);
      expect(code, words.join(' ')).to.equal(2);
      expect(out).to.equal('');
      expect(error).to.include('--help');
    }
  });

  it('names the models there are when it does not find one, and folders without pictures', async () => {
    const unknown = await run('--model', 'no-such-model');
    expect(unknown.code).to.equal(1);
    expect(unknown.error).to.include('no-such-model').and.include('cifar10-resnet');
    const empty = await folders.make();
    const without = await run('--images', empty);
    expect(without.code).to.equal(1);
    expect(without.error).to.include('There is no JPEG');
  });

  it(`finds the bundled model to answer as TensorFlow${suffix}`, async function () {
    if (suffix !== '') this.skip();
    const [images, file] = [await folders.make(), path.join(await folders.make(), 'report.json')];
    const data = path.resolve('verification', 'test_data');
    const names = [
      'baseline-420.jpg',
      'baseline-444.jpg',
      'progressive.jpg',
      'greyscale.jpg',
      'corrupt-entropy.jpg',
    ];
    for (const name of names) await copyFile(path.join(data, name), path.join(images, name));
    const { code, out, error } = await run(
      ...['--model', 'cifar10-resnet', '--images', images, '--count', '4', '--report', file],
    );
    const report: unknown = JSON.parse(await readFile(file, 'utf8'));
    expect(report).to.have.nested.property('models[0].pictures').with.length(4);
    expect(out).to.include('cifar10-resnet/1');
    expect(error).to.include('TensorFlow');
    expect(code, out).to.equal(0);
  });

  it('says in one sentence that TensorFlow is missing', async function () {
    if (suffix === '') this.skip();
    const { code, error } = await run();
    expect(code).to.equal(1);
    expect(error).to.include(missingTensorflow);
  });
});
