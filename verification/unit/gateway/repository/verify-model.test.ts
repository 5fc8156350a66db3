/** Verification names every difference between a folder and its manifest. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { expect } from 'chai';

import { parseManifest } from '../../../../gateway/repository/manifest.ts';
import { listInstalledModels } from '../../../../gateway/repository/model-folder.ts';
import { verifyFiles, verifyModel } from '../../../../gateway/repository/verify-model.ts';
import { filesOfVersion } from '../../../../gateway/repository/version-files.ts';
import {
  madeUpFiles,
  manifestOf,
  noise,
  TemporaryFolders,
  writeFiles,
} from '../../../support/made-up-model.ts';

describe('verifyFiles', () => {
  const folders = new TemporaryFolders();
  afterEach(() => folders.remove());
  const files = {
    ...madeUpFiles(),
    '7/assets/words': noise(50, 'words'),
    '7/assets/more': noise(60, 'more'),
  };
  const expected = filesOfVersion(manifestOf(files, []), 7);

  it('finds nothing in the right files, whatever else lies beside them', async () => {
    const folder = await folders.make();
    await writeFiles(folder, { ...files, '7/fingerprint.pb': noise(10, 'extra') });
    expect(await verifyFiles(path.join(folder, '7'), expected)).to.deep.equal([]);
  });

  it('names every difference: missing, size, checksum, not a file', async () => {
    const folder = await folders.make();
    const version = path.join(folder, '7');
    await writeFiles(folder, {
      ...files,
      '7/saved_model.pb': noise(3_000, 'other'),
      '7/assets/words': noise(49, 'words'),
    });
    await rm(path.join(version, 'variables/variables.index'));
    await rm(path.join(version, 'assets/more'));
    await mkdir(path.join(version, 'assets/more'));
    const differences = await verifyFiles(version, expected);
    expect(differences.map((difference) => [difference.path, difference.kind])).to.have.deep.members([
      ['saved_model.pb', 'checksum'],
      ['variables/variables.index', 'missing'],
      ['assets/words', 'size'],
      ['assets/more', 'not-a-file'],
    ]);
    const sizes = differences.find(({ kind }) => kind === 'size')?.sentence;
    expect(sizes).to.equal('assets/words has 49 bytes where the manifest says 50');
  });

  it('accepts a file that has any one of the checksums', async () => {
    const folder = await folders.make();
    await writeFiles(folder, files);
    const alternatives = expected.map((file) => ({
      ...file,
      checksums: [{ gitBlob: '0'.repeat(40) }, ...file.checksums],
    }));
    expect(await verifyFiles(path.join(folder, '7'), alternatives)).to.deep.equal([]);
  });
});

describe('verifyModel', () => {
  const folders = new TemporaryFolders();
  afterEach(() => folders.remove());

  it('tells versions apart: verified, different, not described', async () => {
    const directory = await folders.make();
    const files = { ...madeUpFiles(), '8/saved_model.pb': noise(20, 'eight') };
    await writeFiles(path.join(directory, 'm'), { ...files, '9/saved_model.pb': noise(20, 'nine') });
    await writeFile(path.join(directory, 'm/manifest.json'), JSON.stringify(manifestOf(files, [])));
    await writeFile(path.join(directory, 'm/8/saved_model.pb'), noise(20, 'changed'));
    const [model] = await listInstalledModels([directory]);
    const states = model === undefined ? [] : await verifyModel(model);
    expect(states.map(({ version, state }) => [version, state])).to.deep.equal([
      [7, 'verified'],
      [8, 'different'],
      [9, 'unlisted'],
    ]);
  });
});

const realVersion = path.resolve('../shared/data/models/resnet_v2_fp32_savedmodel_NHWC_jpg/1538687457');
const isThere = existsSync(path.join(realVersion, 'saved_model.pb'));

describe('the shipped manifest of resnet_v2_fp32_savedmodel_NHWC_jpg', () => {
  it(`fits the real files${isThere ? '' : ' (skipped: ../shared/data is not on this machine)'}`, async function () {
    if (!isThere) {
      this.skip();
    }
    const json = await readFile(
      path.resolve('models/resnet_v2_fp32_savedmodel_NHWC_jpg/manifest.json'),
      'utf8',
    );
    const result = parseManifest(json);
    const expected = result.ok ? filesOfVersion(result.manifest, 1538687457) : [];
    // The weights are not part of the shared files, so that one file alone may be missing.
    const differences = await verifyFiles(realVersion, expected);
    expect(expected).to.have.length(3);
    const withoutWeights = differences.filter((difference) => !difference.path.includes('.data-'));
    expect(withoutWeights).to.deep.equal([]);
  });
});
