/** What `fovea models` says of models that cannot be read: never that they are missing, and never to pull them. */
import { rm, symlink } from 'node:fs/promises';
import path from 'node:path';

import { expect } from 'chai';

import { modelsTable, describedModel } from '../../../../gateway/cli/models-table.ts';
import {
  isProven,
  verificationLines,
  type VerifiedModel,
} from '../../../../gateway/cli/models-verification.ts';
import type { InstalledModel } from '../../../../gateway/repository/installed-model.ts';
import { surveyModels } from '../../../../gateway/repository/model-folder.ts';
import { verifyModel } from '../../../../gateway/repository/verify-model.ts';
import { madeUpFiles, manifestOf, TemporaryFolders, writeFiles } from '../../../support/made-up-model.ts';

describe('fovea models, of what cannot be read', () => {
  const folders = new TemporaryFolders();
  const files = madeUpFiles();
  const manifest = Buffer.from(JSON.stringify(manifestOf(files, [])));
  let directory = '';
  beforeEach(async () => {
    directory = await folders.make();
  });
  afterEach(() => folders.remove());

  /** A link to itself cannot be read by anybody, not even by the superuser. */
  async function loop(place: string): Promise<void> {
    await rm(path.join(directory, place), { recursive: true, force: true });
    await symlink(path.basename(place), path.join(directory, place));
  }

  async function surveyed(): Promise<readonly InstalledModel[]> {
    return (await surveyModels([directory])).models;
  }

  async function verified(): Promise<readonly VerifiedModel[]> {
    const found: VerifiedModel[] = [];
    for (const model of await surveyed()) found.push({ model, versions: await verifyModel(model) });
    return found;
  }

  it('gives the reason beside a good version when another one cannot be read', async () => {
    await writeFiles(path.join(directory, 'two'), { ...files, 'manifest.json': manifest });
    await loop('two/8');
    const models = await verified();
    expect(models.flatMap(verificationLines)).to.deep.equal([
      'two/7: verified',
      'two/8: the manifest does not describe this version',
      'two: Version 8 cannot be read (ELOOP); check its permissions.',
    ]);
    expect(isProven(models, false)).to.equal(false);
  });

  it('advises no pull of a version that cannot be read, different or not', async () => {
    await writeFiles(path.join(directory, 'm'), { ...files, 'manifest.json': manifest });
    await loop('m/7/variables/variables.index');
    const models = await verified();
    expect(models.flatMap(verificationLines)).to.deep.equal([
      'm/7: cannot be verified, since not all of it can be read',
      '  variables/variables.index cannot be read (ELOOP)',
    ]);
    expect(isProven(models, false)).to.equal(false);
    await rm(path.join(directory, 'm/7/saved_model.pb'));
    await writeFiles(path.join(directory, 'm'), { '7/saved_model.pb': Buffer.from('other') });
    expect((await verified()).flatMap(verificationLines)).to.include(
      'm/7: differs from the manifest, and not all of it can be read',
    );
  });

  it('does not call a model without a manifest whose folder or manifest cannot be read', async () => {
    await loop('locked');
    await writeFiles(directory, { 'mine/1/saved_model.pb': Buffer.from('x') });
    await loop('mine/manifest.json');
    expect((await verified()).flatMap(verificationLines)).to.deep.equal([
      'locked: its folder cannot be read',
      `  The folder ${path.join(directory, 'locked')} cannot be read (ELOOP); check its permissions.`,
      'mine: its manifest cannot be read',
      '  manifest.json cannot be read (ELOOP).',
    ]);
  });

  it('lists it as there and not readable, though a manifest elsewhere could have it pulled', async () => {
    const describing = await folders.make();
    await writeFiles(describing, { 'm/manifest.json': manifest });
    await loop('m');
    const { models } = await surveyModels([describing, directory]);
    expect(models.map(describedModel)).to.have.length(1);
    expect(models.map(describedModel)[0]).to.deep.include({
      installed: true,
      unreadable: 'folder',
      versions: [],
      title: 'A made-up model',
    });
    const lines = modelsTable(models, [describing, directory]).join('\n');
    expect(lines)
      .to.match(/^m +cannot be read /m)
      .and.include('(ELOOP)')
      .and.not.match(/not installed|To install/);
  });
});
