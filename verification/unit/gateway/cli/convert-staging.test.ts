/** All results appear, or what was there before stays and nothing is added. */
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { Staging } from '../../../../gateway/cli/convert-staging.ts';
import { RepositoryError } from '../../../../gateway/repository/repository-error.ts';
import { thrownBy } from '../../../support/thrown-by.ts';

describe('staging a conversion', () => {
  let work = '';
  const inWork = (name: string): string => path.join(work, name);

  beforeEach(async () => {
    work = await mkdtemp(path.join(tmpdir(), 'fovea-staging-'));
  });

  afterEach(async () => {
    await rm(work, { recursive: true, force: true });
  });

  async function staged(...names: readonly string[]): Promise<Staging> {
    const staging = await Staging.open(inWork('base/deep'));
    for (const name of names) await writeFile(path.join(staging.folder, name), `new ${name}`);
    return staging;
  }

  const moveOf = (staging: Staging, name: string, to = inWork(`base/deep/${name}`)) => ({
    from: path.join(staging.folder, name),
    to,
  });

  it('hides its folder from those who look for models', async () => {
    const staging = await staged();
    expect(path.basename(staging.folder)).to.match(/^\./);
    await staging.close();
  });

  it('puts everything in place and leaves nothing else', async () => {
    const staging = await staged('a', 'b', 'c');
    await staging.place([moveOf(staging, 'a'), moveOf(staging, 'b')]);
    await staging.close();
    expect((await readdir(inWork('base/deep'))).sort()).to.deep.equal(['a', 'b']);
    expect(await readFile(inWork('base/deep/a'), 'utf8')).to.equal('new a');
  });

  it('takes away the folders it made when nothing was placed, but none that others use', async () => {
    const alone = await staged('a');
    await alone.close();
    expect(await readdir(work)).to.deep.equal([]);
    const shared = await staged('a');
    await writeFile(inWork('base/other'), '');
    await shared.close();
    expect(await readdir(inWork('base'))).to.deep.equal(['other']);
  });

  it('refuses a place where the system makes no folder', async function () {
    if (process.platform !== 'linux') this.skip();
    const error = await thrownBy(() => Staging.open('/proc/fovea/models'));
    expect(error).to.be.instanceOf(RepositoryError);
    expect(error)
      .to.have.property('message')
      .that.matches(/^Nothing can be written to \/proc\/fovea\/models \(ENOENT\); choose another --output/);
  });

  it('keeps a folder that was there before', async () => {
    await mkdir(inWork('base/deep'), { recursive: true });
    await (await staged('a')).close();
    expect(await readdir(inWork('base'))).to.deep.equal(['deep']);
  });

  it('brings back what it had moved when a later move fails', async () => {
    const staging = await staged('a', 'b');
    await writeFile(inWork('base/deep/a'), 'old a');
    const moves = [moveOf(staging, 'a'), moveOf(staging, 'b', inWork('base/missing/b'))];
    const error = await thrownBy(() => staging.place(moves));
    await staging.close();
    expect(error).to.be.instanceOf(RepositoryError);
    expect(await readdir(inWork('base/deep'))).to.deep.equal(['a']);
    expect(await readFile(inWork('base/deep/a'), 'utf8')).to.equal('old a');
  });

  it('replaces a folder as a whole', async () => {
    const staging = await staged('a');
    await mkdir(inWork('base/deep/a/old'), { recursive: true });
    await staging.place([moveOf(staging, 'a')]);
    await staging.close();
    expect(await readFile(inWork('base/deep/a'), 'utf8')).to.equal('new a');
  });
});
