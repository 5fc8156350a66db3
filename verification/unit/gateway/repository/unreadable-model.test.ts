/** Models of which something cannot be read: they stay known, and are told from models that are wrong. */
import { execFileSync } from 'node:child_process';
import { chmod, rm, symlink } from 'node:fs/promises';
import path from 'node:path';

import { expect } from 'chai';

import { listInstalledModels, surveyModels } from '../../../../gateway/repository/model-folder.ts';
import { serverSettingsNote } from '../../../../gateway/repository/server-settings-note.ts';
import { madeUpFiles, manifestOf, TemporaryFolders, writeFiles } from '../../../support/made-up-model.ts';

const graph = Buffer.from('graph');
const manifest = Buffer.from(JSON.stringify(manifestOf(madeUpFiles(), [])));

describe('a model that cannot be read', () => {
  const folders = new TemporaryFolders();
  afterEach(() => folders.remove());

  /** A link to itself cannot be read by anybody, not even by the superuser. */
  const loop = (place: string) => symlink(path.basename(place), place);

  it('keeps a model whose folder cannot be read, and says so', async () => {
    const directory = await folders.make();
    await loop(path.join(directory, 'm'));
    const [model] = await listInstalledModels([directory]);
    expect(model).to.deep.include({ name: 'm', unreadable: 'folder', versions: [] });
    expect(model?.faults).to.deep.equal([
      `The folder ${path.join(directory, 'm')} cannot be read (ELOOP); check its permissions.`,
    ]);
  });

  it('reads no pipe and no device in the place of a file, which would never end', async () => {
    const directory = await folders.make();
    const place = (name: string): string => path.join(directory, name);
    const settings = Buffer.from('{"name": "set", "implementation": "a.B"}');
    await writeFiles(directory, {
      'piped/1/saved_model.pb': graph,
      'endless/1/saved_model.pb': graph,
      'labelled/1/saved_model.pb': graph,
      'labelled/manifest.json': manifest,
      'set/1/saved_model.pb': graph,
      'set/1/model-settings.json': settings,
    });
    await rm(place('set/1/model-settings.json'));
    for (const name of [
      'piped/manifest.json',
      'labelled/labels.txt',
      'set/1/model-settings.json',
      'settings.json',
    ])
      execFileSync('mkfifo', [place(name)]);
    await symlink('/dev/zero', place('endless/manifest.json'));
    const { models } = await surveyModels([directory]);
    const faults = Object.fromEntries(models.map((model) => [model.name, model.faults]));
    expect(faults).to.deep.include({
      piped: ['manifest.json cannot be read (not a plain file).'],
      endless: ['manifest.json cannot be read (not a plain file).'],
      labelled: ['The labels file labels.txt cannot be read (not a plain file); put it in place.'],
    });
    expect(JSON.stringify(models)).to.include('model-settings.json cannot be read (not a plain file).');
    expect(await serverSettingsNote(directory)).to.equal(undefined);
  });

  it('looks at no labels of a model whose manifest cannot be read', async () => {
    const directory = await folders.make();
    await writeFiles(directory, { 'm/1/saved_model.pb': graph, 'm/manifest.json/notes': graph });
    await loop(path.join(directory, 'm', 'labels.txt'));
    const [model] = await listInstalledModels([directory]);
    expect(model?.faults).to.deep.equal(['manifest.json cannot be read (EISDIR).']);
  });

  it('looks for the model in no other folder of the list then', async () => {
    const [first, second] = [await folders.make(), await folders.make()];
    await loop(path.join(first, 'm'));
    await writeFiles(second, { 'm/1/saved_model.pb': graph, 'm/manifest.json': manifest });
    expect((await listInstalledModels([first, second]))[0]).to.have.property('unreadable', 'folder');
    expect((await listInstalledModels([second, first]))[0]).to.have.property('unreadable', undefined);
  });

  it('serves the first folder that has all of a model, and warns of a later one that cannot be read', async () => {
    const [first, second] = [await folders.make(), await folders.make()];
    await writeFiles(first, {
      'm/1/saved_model.pb': graph,
      'm/manifest.json': manifest,
      'm/labels.txt': Buffer.from('cat\ndog\n'),
    });
    await loop(path.join(second, 'm'));
    const [model, ...others] = await listInstalledModels([first, second]);
    expect(others).to.deep.equal([]);
    expect(model).to.deep.include({
      folder: path.join(first, 'm'),
      unreadable: undefined,
      labels: ['cat', 'dog'],
      versions: [{ name: 'm', version: 1, folder: path.join(first, 'm', '1') }],
      faults: [`The folder ${path.join(second, 'm')} cannot be read (ELOOP); check its permissions.`],
    });
  });

  it('cannot tell what a later folder would add to a model whose first folder lacks a manifest or versions', async () => {
    const last = await folders.make();
    await loop(path.join(last, 'm'));
    for (const [name, content] of [
      ['m/1/saved_model.pb', graph],
      ['m/manifest.json', manifest],
    ] as const) {
      const first = await folders.make();
      await writeFiles(first, { [name]: content });
      const [model] = await listInstalledModels([first, last]);
      expect(model, name).to.have.property('unreadable', 'folder');
      expect(model?.faults, name).to.have.length(1);
    }
  });

  it('tells a manifest that cannot be read from one that is wrong', async () => {
    const directory = await folders.make();
    await writeFiles(directory, {
      'm/1/saved_model.pb': graph,
      'm/manifest.json/notes': graph,
      'wrong/1/saved_model.pb': graph,
      'wrong/manifest.json': Buffer.from('{'),
    });
    const models = await listInstalledModels([directory]);
    expect(models.map(({ name, unreadable }) => [name, unreadable])).to.deep.equal([
      ['m', 'manifest'],
      ['wrong', undefined],
    ]);
    expect(models[0]?.versions).to.have.length(1);
  });

  it('counts a version whose graph cannot be read, so that no older one answers in its stead', async () => {
    const directory = await folders.make();
    await writeFiles(directory, { 'm/1/saved_model.pb': graph, 'm/2/notes': graph });
    await loop(path.join(directory, 'm', '2', 'saved_model.pb'));
    await loop(path.join(directory, 'm', '3'));
    const [model] = await listInstalledModels([directory]);
    expect(model?.versions.map(({ version }) => version)).to.deep.equal([1, 2, 3]);
    expect(model?.faults).to.deep.equal([
      'Version 2 cannot be read (ELOOP); check its permissions.',
      'Version 3 cannot be read (ELOOP); check its permissions.',
    ]);
  });

  it('is silent about what bears no name of a model', async () => {
    const directory = await folders.make();
    for (const name of ['lost+found', '.Trash-1000']) await loop(path.join(directory, name));
    expect(await surveyModels([directory])).to.deep.equal({ models: [], faults: [] });
  });

  const mayReadAll = process.getuid?.() === 0;
  const reason = mayReadAll ? ' (skipped: this user may read everything)' : '';
  it(`keeps models behind permissions, and takes no file for one${reason}`, async function () {
    if (mayReadAll) this.skip();
    const directory = await folders.make();
    await writeFiles(directory, { 'm/1/saved_model.pb': graph, 'notes.md': graph });
    for (const locked of [path.join(directory, 'm'), directory]) {
      await chmod(locked, locked === directory ? 0o400 : 0o000);
      const models = await listInstalledModels([directory]);
      await chmod(locked, 0o700);
      expect(models.map(({ name, unreadable }) => [name, unreadable])).to.deep.equal([['m', 'folder']]);
      expect(models[0]?.faults).to.have.length(1);
    }
  });
});
