/** Verification names every difference between a folder and its manifest. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { expect } from 'chai';

import { parseManifest } from '../../../../gateway/repository/manifest.ts';
import { listInstalledModels } from '../../../../gateway/repository/model-folder.ts';
import { verifyFiles, verifyModel, verifyVersion } from '../../../../gateway/repository/verify-model.ts';
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

  it('calls missing only what is not there, and names the reason of what cannot be read', async () => {
    const folder = await folders.make();
    const version = path.join(folder, '7');
    await writeFiles(folder, files);
    await rm(path.join(version, 'saved_model.pb'));
    await symlink('saved_model.pb', path.join(version, 'saved_model.pb'));
    await rm(path.join(version, 'assets'), { recursive: true });
    await writeFile(path.join(version, 'assets'), 'no folder');
    const differences = await verifyFiles(version, expected);
    expect(differences.map(({ kind, sentence }) => [kind, sentence])).to.have.deep.members([
      ['unreadable', 'saved_model.pb cannot be read (ELOOP)'],
      ['missing', 'assets/words is missing'],
      ['missing', 'assets/more is missing'],
    ]);
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

  it('calls a version unreadable, not different, as long as nothing is known to differ', async () => {
    const directory = await folders.make();
    const graph = path.join(directory, 'm/7/saved_model.pb');
    await writeFiles(path.join(directory, 'm'), madeUpFiles());
    await writeFile(path.join(directory, 'm/manifest.json'), JSON.stringify(manifestOf(madeUpFiles(), [])));
    await rm(graph);
    await symlink('saved_model.pb', graph);
    const states = async () => {
      const [model] = await listInstalledModels([directory]);
      return model === undefined ? [] : (await verifyModel(model)).map(({ state }) => state);
    };
    expect(await states()).to.deep.equal(['unreadable']);
    await rm(path.join(directory, 'm/7/variables/variables.index'));
    expect(await states()).to.deep.equal(['different']);
  });

  it('tells a record of a conversion that cannot be read from one that is missing', async () => {
    const folder = await folders.make();
    const manifest = manifestOf({}, []);
    const kinds = async () =>
      (await verifyVersion(folder, { manifest, version: 7 })).map(({ kind, sentence }) => [kind, sentence]);
    expect(await kinds()).to.deep.equal([
      ['missing', 'conversion.json is missing or tells of another conversion than the manifest'],
    ]);
    await symlink('conversion.json', path.join(folder, 'conversion.json'));
    expect(await kinds()).to.deep.equal([['unreadable', 'conversion.json cannot be read (ELOOP)']]);
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
