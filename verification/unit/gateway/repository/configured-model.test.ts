/** Models as a configuration of TensorFlow Serving asks for them: any folder, a policy of versions, labels. */
import path from 'node:path';
import { expect } from 'chai';
import { configuredModel } from '../../../../gateway/repository/configured-model.ts';
import type { ModelConfiguration } from '../../../../gateway/wire/tensorflow-serving/model-configuration.ts';
import { TemporaryFolders, writeFiles } from '../../../support/made-up-model.ts';

const graph = Buffer.from('graph');

describe('a configured model', () => {
  const folders = new TemporaryFolders();
  let basePath = '';
  beforeEach(async () => {
    basePath = path.join(await folders.make(), 'some where');
    await writeFiles(basePath, {
      '1/saved_model.pb': graph,
      '2/saved_model.pb': graph,
      '10/saved_model.pb': graph,
      'labels.txt': Buffer.from('cat\ndog\n'),
    });
  });
  afterEach(() => folders.remove());

  const asked = (
    versionPolicy: ModelConfiguration['versionPolicy'],
    more: Partial<ModelConfiguration> = {},
  ): ModelConfiguration => ({
    name: 'flowers',
    basePath,
    platform: 'tensorflow',
    versionPolicy,
    versionLabels: new Map(),
    ...more,
  });
  const versionsFor = async (versionPolicy: ModelConfiguration['versionPolicy']): Promise<number[]> =>
    (await configuredModel(asked(versionPolicy))).versions.map(({ version }) => version);

  it('has the name that the configuration says, and the labels beside its versions', async () => {
    const model = await configuredModel(asked({ kind: 'latest', count: 1 }));
    expect(model.name).to.equal('flowers');
    expect(model.labels).to.deep.equal(['cat', 'dog']);
    expect(model.versions).to.deep.equal([
      { name: 'flowers', version: 10, folder: path.join(basePath, '10') },
    ]);
    expect(model.faults).to.deep.equal([]);
  });

  it('chooses versions by number, not by letter', async () => {
    expect(await versionsFor({ kind: 'latest', count: 2 })).to.deep.equal([2, 10]);
    expect(await versionsFor({ kind: 'latest', count: 0 })).to.deep.equal([10]);
    expect(await versionsFor({ kind: 'latest', count: 9 })).to.deep.equal([1, 2, 10]);
    expect(await versionsFor({ kind: 'all' })).to.deep.equal([1, 2, 10]);
    expect(await versionsFor({ kind: 'specific', versions: [2, 1] })).to.deep.equal([1, 2]);
  });

  it('tells of a version that is asked for and is not there', async () => {
    const model = await configuredModel(asked({ kind: 'specific', versions: [1, 3] }));
    expect(model.versions.map(({ version }) => version)).to.deep.equal([1]);
    expect(model.faults).to.deep.equal(['Version 3 of model flowers is to be served, but it is not there.']);
  });

  it('is there without versions when its folder is missing', async () => {
    const missing = path.join(basePath, 'missing');
    const model = await configuredModel(asked({ kind: 'all' }, { basePath: missing }));
    expect(model).to.deep.include({ name: 'flowers', folder: missing, versions: [] });
    expect(model.faults).to.have.length(1);
    expect(model.faults[0]).to.match(
      /holds none of the versions to serve; put the model into .*missing\/1\.$/,
    );
  });

  it('takes what describes it from the package when it has no manifest of its own', async () => {
    const name = 'resnet_v2_fp32_savedmodel_NHWC_jpg';
    const shipped = { directory: path.resolve('models'), hasVersions: true };
    const model = await configuredModel(asked({ kind: 'latest', count: 1 }, { name }), shipped);
    expect(model.manifest?.classes).to.equal(1001);
    expect(model.versions.map(({ folder }) => folder)).to.deep.equal([path.join(basePath, '10')]);
  });
});
