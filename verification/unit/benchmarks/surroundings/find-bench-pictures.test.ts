/** Which pictures are measured with. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { findBenchPictures, spread } from '../../../../benchmarks/surroundings/find-bench-pictures.ts';

describe('pictures for the bench', () => {
  let folder = '';
  const own = path.resolve('verification', 'test_data');

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'fovea-bench-pictures-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('come from the given folder, in alphabetical order, and are JPEG files only', async () => {
    for (const name of ['b.JPEG', 'a.jpg', 'notes.txt']) await writeFile(path.join(folder, name), 'x');
    const { files } = await findBenchPictures({ folder, shared: own, own });
    expect(files).to.deep.equal([path.join(folder, 'a.jpg'), path.join(folder, 'b.JPEG')]);
  });

  it("are the project's own where there are no shared ones", async () => {
    const found = await findBenchPictures({ shared: path.join(folder, 'absent'), own });
    expect(found.folder).to.equal(own);
    expect(found.files.length).to.be.greaterThan(1);
  });

  it('are never replaced by others when a given folder has none', async () => {
    let message = 'no error';
    await findBenchPictures({ folder, shared: own, own }).catch((error: unknown) => {
      message = String(error);
    });
    expect(message).to.include(folder);
  });

  it('are spread over a list that is too long', () => {
    expect(spread(['a', 'b', 'c', 'd', 'e', 'f'], 3)).to.deep.equal(['a', 'c', 'e']);
    expect(spread(['a', 'b'], 3)).to.deep.equal(['a', 'b']);
  });
});
