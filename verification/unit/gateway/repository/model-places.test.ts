/** Version folders of a model of which a `model-settings.json` describes only some. */
import path from 'node:path';
import { expect } from 'chai';
import type { InstalledModel } from '../../../../gateway/repository/installed-model.ts';
import { surveyModels } from '../../../../gateway/repository/model-folder.ts';
import { TemporaryFolders, writeFiles } from '../../../support/made-up-model.ts';

const graph = Buffer.from('graph');
const settings = (name: string, parameters: object = {}) => Buffer.from(JSON.stringify({ name, parameters }));

describe('version folders without a model-settings.json', () => {
  const folders = new TemporaryFolders();
  let directory = '';
  beforeEach(async () => {
    directory = await folders.make();
  });
  afterEach(() => folders.remove());

  /** Name, and number, label and folder of each version. */
  const summary = ({ name, versions }: InstalledModel) => [
    name,
    ...versions.map((one) => [one.version, one.label, path.relative(directory, one.folder)]),
  ];

  const layouts: readonly (readonly [string, Readonly<Record<string, Buffer>>, readonly unknown[]])[] = [
    [
      'the newest version, of the same name',
      { 'own/2/model-settings.json': settings('own') },
      [['own', [1, undefined, 'own/1'], [2, undefined, 'own/2']]],
    ],
    [
      'the oldest version, of the same name',
      { 'own/1/model-settings.json': settings('own', { version: '1.5' }) },
      [['own', [2, undefined, 'own/2'], [1_005_000, '1.5', 'own/1']]],
    ],
    [
      'a version, of another name',
      { 'own/2/model-settings.json': settings('other') },
      [
        ['other', [2, undefined, 'own/2']],
        ['own', [1, undefined, 'own/1'], [2, undefined, 'own/2']],
      ],
    ],
    [
      'a version, of no name and no JSON',
      { 'own/2/model-settings.json': Buffer.from('{') },
      [['2'], ['own', [1, undefined, 'own/1'], [2, undefined, 'own/2']]],
    ],
    [
      'another folder, with a uri to a version that is not there',
      { 'alias/model-settings.json': settings('alias', { uri: '../own/3' }) },
      [['alias'], ['own', [1, undefined, 'own/1'], [2, undefined, 'own/2']]],
    ],
  ];
  for (const [what, files, expected] of layouts) {
    it(`are served as ever beside settings in ${what}`, async () => {
      await writeFiles(directory, {
        'own/1/saved_model.pb': graph,
        'own/2/saved_model.pb': graph,
        ...files,
      });
      const { models } = await surveyModels([directory]);
      expect(models.map(summary)).to.deep.equal(expected);
    });
  }
});
