/** Models folders as MLServer has them: what is found in each, under which name, in which version. */
import path from 'node:path';
import { expect } from 'chai';
import type { InstalledModel } from '../../../../gateway/repository/installed-model.ts';
import { surveyModels } from '../../../../gateway/repository/model-folder.ts';
import { TemporaryFolders, writeFiles } from '../../../support/made-up-model.ts';

const graph = Buffer.from('graph');
const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const settings = (name: string | undefined, parameters: object = {}) => json({ name, parameters });
const manifest = json({
  title: 'From the manifest',
  licence: 'CC0-1.0',
  defaultVersion: 1,
  labels: { file: 'labels.txt', backgroundClass: false },
});

describe('models that model-settings.json describes', () => {
  const folders = new TemporaryFolders();
  let directory = '';
  beforeEach(async () => {
    directory = await folders.make();
  });
  afterEach(() => folders.remove());

  async function survey(files: Readonly<Record<string, Buffer>>) {
    await writeFiles(directory, files);
    return surveyModels([directory]);
  }

  async function only(files: Readonly<Record<string, Buffer>>): Promise<InstalledModel> {
    const { models, faults } = await survey(files);
    const [model, ...others] = models;
    if (model === undefined || others.length > 0)
      throw new Error(`${models.length} models, ${faults.join()}`);
    expect(faults).to.deep.equal([]);
    return model;
  }

  /** Name, and number, label and folder of each version. */
  const summary = ({ name, versions }: InstalledModel) => [
    name,
    ...versions.map((one) => [one.version, one.label, path.relative(directory, one.folder)]),
  ];

  const layouts: readonly (readonly [string, Readonly<Record<string, Buffer>>, unknown])[] = [
    [
      'a SavedModel beside the file, under another name than the folder’s',
      { 'folder/model-settings.json': settings('named'), 'folder/saved_model.pb': graph },
      ['named', [1, undefined, 'folder']],
    ],
    [
      'the name of the folder when the file has none',
      { 'folder/model-settings.json': settings(undefined), 'folder/saved_model.pb': graph },
      ['folder', [1, undefined, 'folder']],
    ],
    [
      'version folders beside the file',
      { 'm/model-settings.json': settings('m'), 'm/1/saved_model.pb': graph, 'm/3/saved_model.pb': graph },
      ['m', [1, undefined, 'm/1'], [3, undefined, 'm/3']],
    ],
    [
      'the folder of a uri',
      { 'm/model-settings.json': settings('m', { uri: './model' }), 'm/model/saved_model.pb': graph },
      ['m', [1, undefined, 'm/model']],
    ],
    [
      'the version folder of a uri, by its number',
      { 'm/model-settings.json': settings('m', { uri: 'model/7' }), 'm/model/7/saved_model.pb': graph },
      ['m', [7, undefined, 'm/model/7']],
    ],
    [
      'a uri that names the file itself',
      { 'm/model-settings.json': settings('m', { uri: 'x/saved_model.pb' }), 'm/x/saved_model.pb': graph },
      ['m', [1, undefined, 'm/x']],
    ],
    [
      'a uri into another folder of the models, which is no model of its own then',
      { 'm/model-settings.json': settings('m', { uri: '../weights/2' }), 'weights/2/saved_model.pb': graph },
      ['m', [2, undefined, 'weights/2']],
    ],
    [
      'a file in the models folder itself',
      { 'model-settings.json': settings('alone'), 'saved_model.pb': graph, 'variables/x': graph },
      ['alone', [1, undefined, '']],
    ],
    [
      'a file in the models folder itself, with a uri',
      { 'model-settings.json': settings('alone', { uri: './model' }), 'model/1/saved_model.pb': graph },
      ['alone', [1, undefined, 'model/1']],
    ],
    [
      'a version that is a text, by a number that keeps the order',
      { 'm/model-settings.json': settings('m', { version: 'v0.1.0' }), 'm/saved_model.pb': graph },
      ['m', [1000, 'v0.1.0', 'm']],
    ],
    [
      'a version that is a number',
      { 'm/model-settings.json': settings('m', { version: '5' }), 'm/saved_model.pb': graph },
      ['m', [5, undefined, 'm']],
    ],
    [
      'of several version folders the one that is meant',
      {
        'm/model-settings.json': settings('m', { version: '1' }),
        'm/1/saved_model.pb': graph,
        'm/2/saved_model.pb': graph,
      },
      ['m', [1, undefined, 'm/1']],
    ],
    [
      'of several version folders the highest, for a text that is no number',
      {
        'm/model-settings.json': settings('m', { version: 'blue' }),
        'm/1/saved_model.pb': graph,
        'm/2/saved_model.pb': graph,
      },
      ['m', [2, 'blue', 'm/2']],
    ],
    [
      'one file for each version, in folders of versions',
      {
        'm/v0.9/model-settings.json': settings('m', { version: 'v0.9' }),
        'm/v0.9/saved_model.pb': graph,
        'm/v0.10/model-settings.json': settings('m', { version: 'v0.10' }),
        'm/v0.10/saved_model.pb': graph,
      },
      ['m', [9000, 'v0.9', 'm/v0.9'], [10_000, 'v0.10', 'm/v0.10']],
    ],
    [
      'one file for each version, in folders with numbers',
      {
        'm/1/model-settings.json': settings('other'),
        'm/1/saved_model.pb': graph,
        'm/2/model-settings.json': settings('other'),
        'm/2/saved_model.pb': graph,
      },
      ['other', [1, undefined, 'm/1'], [2, undefined, 'm/2']],
    ],
    [
      'a folder whose own name could be no model’s',
      { 'my model/model-settings.json': settings('mine'), 'my model/saved_model.pb': graph },
      ['mine', [1, undefined, 'my model']],
    ],
  ];
  for (const [what, files, expected] of layouts) {
    it(`are found: ${what}`, async () => {
      const model = await only(files);
      expect(summary(model)).to.deep.equal(expected);
      expect(model.refusal).to.equal(undefined);
      expect(model.faults).to.deep.equal([]);
    });
  }

  it('are in service beside Fovea’s own', async () => {
    const { models } = await survey({
      'own/1/saved_model.pb': graph,
      'folder/model-settings.json': settings('named'),
      'folder/saved_model.pb': graph,
    });
    expect(models.map(({ name }) => name)).to.deep.equal(['named', 'own']);
  });

  it('take an absolute uri inside of the models folders, also of another one', async () => {
    const other = await folders.make();
    await writeFiles(other, { 'x/1/saved_model.pb': graph });
    await writeFiles(directory, { 'm/model-settings.json': settings('m', { uri: path.join(other, 'x') }) });
    const { models } = await surveyModels([directory, other]);
    const versions = models.find(({ name }) => name === 'm')?.versions;
    expect(versions?.map(({ folder }) => folder)).to.deep.equal([path.join(other, 'x/1')]);
  });

  it('get facts and labels from a manifest beside, and name and version from the settings', async () => {
    const model = await only({
      'folder/model-settings.json': settings('named', { version: '4', uri: 'x' }),
      'folder/manifest.json': manifest,
      'folder/labels.txt': Buffer.from('a\nb\n'),
      'folder/x/saved_model.pb': graph,
    });
    expect(summary(model)).to.deep.equal(['named', [4, undefined, 'folder/x']]);
    expect(model.manifest?.title).to.equal('From the manifest');
    expect(model.labels).to.deep.equal(['a', 'b']);
    expect(model.folder).to.equal(path.join(directory, 'folder'));
  });

  it('get them from a manifest where the uri leads to, when there is none beside', async () => {
    const model = await only({
      'm/model-settings.json': settings('m', { uri: 'x' }),
      'm/x/manifest.json': manifest,
      'm/x/labels.txt': Buffer.from('a\nb\n'),
      'm/x/1/saved_model.pb': graph,
    });
    expect(model.manifest?.title).to.equal('From the manifest');
    expect(model.labels).to.deep.equal(['a', 'b']);
  });

  it('leave a model with a manifest its own name where they borrow its versions', async () => {
    const { models } = await survey({
      'alias/model-settings.json': settings('alias', { uri: '../own' }),
      'own/manifest.json': manifest,
      'own/labels.txt': Buffer.from('a\n'),
      'own/1/saved_model.pb': graph,
    });
    expect(models.map(({ name, versions }) => [name, versions.length])).to.deep.equal([
      ['alias', 1],
      ['own', 1],
    ]);
  });

  it('take labels beside the settings, else beside the files', async () => {
    for (const place of ['m/labels.txt', 'm/x/labels.txt']) {
      const model = await only({
        'm/model-settings.json': settings('m', { uri: 'x' }),
        'm/x/saved_model.pb': graph,
        [place]: Buffer.from(`${path.basename(path.dirname(place))}\n`),
      });
      expect(model.labels).to.deep.equal(['m']);
    }
  });
});
