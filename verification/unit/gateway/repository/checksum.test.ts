/** Digests are those of the programs everybody has: git and the SHA-256 of known texts. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { expect } from 'chai';

import { digestFile, hasChecksum } from '../../../../gateway/repository/checksum.ts';
import { gitBlobOf, noise, TemporaryFolders } from '../../../support/made-up-model.ts';

describe('digestFile', () => {
  const folders = new TemporaryFolders();
  afterEach(() => folders.remove());

  it('gives the published SHA-256 and git id of the empty file', async () => {
    const file = path.join(await folders.make(), 'empty');
    await writeFile(file, '');
    expect(await digestFile(file)).to.deep.equal({
      size: 0,
      sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      gitBlob: 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391',
    });
  });

  it('agrees with git on a file of several reads', async () => {
    const file = path.join(await folders.make(), 'large');
    const content = noise(2_500_000, 'large');
    await writeFile(file, content);
    const digest = await digestFile(file);
    expect(digest.gitBlob).to.equal(gitBlobOf(content));
    expect(hasChecksum(digest, { gitBlob: gitBlobOf(content) })).to.equal(true);
    expect(
      hasChecksum(digest, { sha256: digest.sha256.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) }),
    ).to.equal(false);
  });

  it('stops when aborted', async () => {
    const file = path.join(await folders.make(), 'file');
    await writeFile(file, 'x');
    const outcome = await digestFile(file, AbortSignal.abort()).then(
      () => 'digested',
      () => 'stopped',
    );
    expect(outcome).to.equal('stopped');
  });
});
