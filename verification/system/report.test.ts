/** `fovea classify --report`, run as a process on a real model. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { installPictureFixture, type PictureFixture } from '../support/picture-fixture.ts';
import { runCommand, type CommandOutcome } from '../support/running-server.ts';

const names = ['zero', 'one', 'two', 'three'];

describe('fovea classify --report', function () {
  this.timeout(60_000);
  let fixture: PictureFixture;
  let folder = '';

  async function report(file: string, ...words: readonly string[]): Promise<CommandOutcome> {
    const environment = { MODELS_DIR: fixture.modelsFolder, CACHE_DIR: fixture.cacheFolder };
    return runCommand(['classify', '--model', 'tiny', '--report', file, ...words], environment);
  }

  before(async () => {
    fixture = await installPictureFixture();
    folder = path.dirname(fixture.modelsFolder);
    for (const [index, { bytes, class: given }] of fixture.pictures.entries()) {
      // The first picture lies in a folder of another class, so that one answer of the three is wrong.
      const truth = index === 0 ? (given + 1) % names.length : given;
      await mkdir(path.join(folder, 'labelled', names[truth] ?? ''), { recursive: true });
      await writeFile(path.join(folder, 'labelled', names[truth] ?? '', `${index}.jpg`), bytes);
      await mkdir(path.join(folder, 'unlabelled'), { recursive: true });
      await writeFile(path.join(folder, 'unlabelled', `${index}.jpg`), bytes);
    }
  });

  it('writes one page with previews, the matrix and the accuracy, beside the usual output', async () => {
    const file = path.join(folder, 'report.html');
    const outcome = await report(file, path.join(folder, 'labelled'), '--output', 'csv');
    expect(outcome.code, outcome.error).to.equal(0);
    expect(outcome.out.trimEnd().split('\r\n')).to.have.length(1 + fixture.pictures.length);
    const page = await readFile(file, 'utf8');
    expect(page).to.include('<strong>66.7\u00a0%</strong>').and.include('2 of 3;');
    expect(page).to.include('by label (3)');
    // Three samples, and the one mistake once more.
    expect(page.match(/<img src="data:image\/jpeg;base64,\/9j\//g)).to.have.length(4);
    expect(
      page.match(/<th scope="row"><bdi>(zero|one|two|three)<\/bdi><\/th><td class="(hit|miss)/g),
    ).to.have.length(4);
    expect(page).to.include('aria-labelledby="reliability"');
    expect(await readdir(folder)).to.deep.equal(['cache', 'labelled', 'models', 'report.html', 'unlabelled']);
  });

  it('gives the same samples again', async () => {
    const pages = [];
    for (const name of ['first.html', 'second.html']) {
      await report(path.join(folder, name), path.join(folder, 'labelled'));
      pages.push(
        (await readFile(path.join(folder, name), 'utf8')).split('id="samples"')[1]?.split('<footer>')[0],
      );
    }
    expect(pages[0]).to.include('0.jpg').and.equal(pages[1]);
  });

  it('says that no true labels were found, tells failures, and still exits 1 for them', async () => {
    const file = path.join(folder, 'unlabelled.html');
    const bad = path.join(folder, 'bad <b>.jpg');
    await writeFile(bad, 'this is text');
    const outcome = await report(file, path.join(folder, 'unlabelled'), bad);
    expect(outcome.code).to.equal(1);
    const page = await readFile(file, 'utf8');
    expect(page).to.include('No true labels were found').and.include('bad &lt;b&gt;.jpg');
    expect(page).not.to.include('id="confusion"');
  });

  it('leaves an older report alone when no picture could be classified', async () => {
    const file = path.join(folder, 'older.html');
    await writeFile(file, 'precious');
    const outcome = await report(file, path.join(folder, 'nowhere'));
    expect(outcome.code).to.equal(1);
    expect(outcome.error).to.include('No picture was classified').and.include('left as it is');
    expect(await readFile(file, 'utf8')).to.equal('precious');
  });

  it('refuses a place that cannot be written before it classifies anything', async () => {
    const outcome = await report(path.join(folder, 'no', 'report.html'), path.join(folder, 'labelled'));
    expect(outcome.code).to.equal(1);
    expect(outcome.out).to.equal('');
    expect(outcome.error).to.match(/cannot be written: its folder does not exist; make it first\.\n$/);
  });

  it('refuses to write over a picture', async () => {
    const picture = path.join(folder, 'unlabelled', '0.jpg');
    const before = await readFile(picture);
    const outcome = await report(picture, path.join(folder, 'labelled'));
    expect(outcome.code).to.equal(2);
    expect(outcome.error).to.include('must name an HTML file');
    expect(await readFile(picture)).to.deep.equal(before);
  });
});
