/** Removing takes the versions and leaves what describes the model. */
import { existsSync } from 'node:fs';
import { chmod, readdir, symlink } from 'node:fs/promises';
import path from 'node:path';

import { expect } from 'chai';

import { removeModel } from '../../../../gateway/repository/remove-model.ts';
import { RepositoryError } from '../../../../gateway/repository/repository-error.ts';
import { TemporaryFolders, writeFiles } from '../../../support/made-up-model.ts';

const bytes = Buffer.from('x');

describe('removeModel', () => {
  const folders = new TemporaryFolders();
  afterEach(() => folders.remove());

  it('removes version folders and the remains of a pull, and keeps manifest, labels and card', async () => {
    const directory = await folders.make();
    await writeFiles(path.join(directory, 'm'), {
      '2/saved_model.pb': bytes,
      '10/saved_model.pb': bytes,
      '.pull-10/abc/archive.part': bytes,
      'manifest.json': bytes,
      'labels.txt': bytes,
      'README.md': bytes,
      'v1/keep': bytes,
    });
    await writeFiles(directory, { 'other/1/saved_model.pb': bytes });
    expect(await removeModel([directory], 'm')).to.deep.equal([{ directory, versions: ['2', '10'] }]);
    expect(await readdir(path.join(directory, 'm'))).to.have.members([
      'manifest.json',
      'labels.txt',
      'README.md',
      'v1',
    ]);
    expect(existsSync(path.join(directory, 'other/1/saved_model.pb'))).to.equal(true);
  });

  for (const name of ['..', '.', '', '../m', 'a/b', '/etc', 'a\\b', '.hidden', 'm/1']) {
    it(`refuses the name ${JSON.stringify(name)}`, async () => {
      const directory = await folders.make();
      await writeFiles(directory, { 'm/1/saved_model.pb': bytes });
      const told = await removeModel([path.join(directory, 'm')], name).then(() => 'removed', String);
      expect(told).to.include('is not the name of a model');
      expect(existsSync(path.join(directory, 'm/1/saved_model.pb'))).to.equal(true);
    });
  }

  it('does not delete through symbolic links', async () => {
    const [directory, elsewhere] = [await folders.make(), await folders.make()];
    await writeFiles(elsewhere, { 'm/1/saved_model.pb': bytes });
    await writeFiles(directory, { 'partly/labels.txt': bytes });
    await symlink(path.join(elsewhere, 'm'), path.join(directory, 'linked'));
    await symlink(path.join(elsewhere, 'm/1'), path.join(directory, 'partly/1'));
    const told = await removeModel([directory], 'linked').then(() => 'removed', String);
    expect(told).to.include('is a link to another folder');
    await removeModel([directory], 'partly');
    expect(await readdir(path.join(directory, 'partly'))).to.deep.equal(['labels.txt']);
    expect(existsSync(path.join(elsewhere, 'm/1/saved_model.pb'))).to.equal(true);
  });

  it('says which folder it cannot look into, and removes nothing', async () => {
    const [directory, place] = [await folders.make(), await folders.make()];
    await writeFiles(directory, { 'm/1/saved_model.pb': bytes });
    const loop = path.join(place, 'loop');
    await symlink('loop', loop);
    const fault: unknown = await removeModel([directory, loop], 'm').catch((cause: unknown) => cause);
    expect(fault).to.be.instanceOf(RepositoryError);
    expect(fault).to.have.property(
      'message',
      `The folder ${path.join(loop, 'm')} cannot be read (ELOOP), so nothing in it was removed; check its permissions.`,
    );
    expect(existsSync(path.join(directory, 'm/1/saved_model.pb'))).to.equal(true);
  });

  const mayReadAll = process.getuid?.() === 0;
  const reason = mayReadAll ? ' (skipped: this user may read everything)' : '';
  it(`says so of a model behind permissions${reason}`, async function () {
    if (mayReadAll) this.skip();
    const directory = await folders.make();
    await writeFiles(directory, { 'm/1/saved_model.pb': bytes });
    await chmod(path.join(directory, 'm'), 0o000);
    const fault: unknown = await removeModel([directory], 'm').catch((cause: unknown) => cause);
    await chmod(path.join(directory, 'm'), 0o700);
    expect(fault).to.be.instanceOf(RepositoryError);
    expect(fault)
      .to.have.property('message')
      .that.matches(/^The folder .*m cannot be read \(EACCES\), so nothing in it was removed/);
  });

  it('finds nothing to remove where nothing is installed', async () => {
    expect(await removeModel([await folders.make()], 'm')).to.deep.equal([]);
  });
});
