/** Folders made with their parents, and what is said of places that take none. */
import { mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { makeFolder } from '../../../gateway/make-folder.ts';
import { thrownBy } from '../../support/thrown-by.ts';

describe('makeFolder', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'fovea-make-folder-'));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  const isThere = async (place: string): Promise<boolean> => (await stat(place)).isDirectory();

  it('makes what is missing and names the first folder that was', async () => {
    const folder = path.join(root, 'a', 'b', 'c');
    expect(await makeFolder(folder)).to.equal(path.join(root, 'a'));
    expect(await isThere(folder)).to.equal(true);
    expect(await makeFolder(path.join(root, 'a', 'd'))).to.equal(path.join(root, 'a', 'd'));
  });

  it('leaves alone what is there, through a link too', async () => {
    await symlink(root, path.join(root, 'link'));
    for (const folder of [root, path.join(root, 'link'), path.parse(root).root]) {
      expect(await makeFolder(folder), folder).to.equal(undefined);
    }
  });

  it('takes a path relative to the working directory', async () => {
    const folder = path.join(root, 'a', 'b');
    await makeFolder(path.relative(process.cwd(), folder));
    expect(await isThere(folder)).to.equal(true);
  });

  it('lets several make the same folder at once', async () => {
    const folder = path.join(root, 'a', 'b', 'c');
    await Promise.all([1, 2, 3, 4, 5].map(() => makeFolder(folder)));
    expect(await isThere(folder)).to.equal(true);
  });

  it('fails with the error of the system on a file, below one and on a link to nothing', async () => {
    await writeFile(path.join(root, 'file'), '');
    await symlink('nowhere', path.join(root, 'link'));
    for (const [place, code] of [
      ['file', 'EEXIST'],
      ['file/a/b', 'ENOTDIR'],
      ['link', 'EEXIST'],
      ['link/a', 'EEXIST'],
    ] as const) {
      expect(await thrownBy(() => makeFolder(path.join(root, place))), place).to.have.property('code', code);
    }
  });

  it('fails below /proc, where Node.js itself tries for ever', async function () {
    if (process.platform !== 'linux') this.skip();
    for (const place of ['/proc/fovea', '/proc/fovea/a/b']) {
      expect(await thrownBy(() => makeFolder(place)), place).to.have.property('code', 'ENOENT');
    }
  });
});
