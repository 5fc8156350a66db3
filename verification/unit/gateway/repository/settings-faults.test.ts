/** A `model-settings.json` that cannot be followed: nothing is served in its stead, and a sentence says what to do. */
import path from 'node:path';
import { expect } from 'chai';
import { surveyModels } from '../../../../gateway/repository/model-folder.ts';
import { TemporaryFolders, writeFiles } from '../../../support/made-up-model.ts';

const graph = Buffer.from('graph');
const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const settings = (parameters: object) => json({ name: 'm', parameters });

describe('model-settings.json that cannot be followed', () => {
  const folders = new TemporaryFolders();
  let directory = '';
  beforeEach(async () => {
    directory = await folders.make();
  });
  afterEach(() => folders.remove());

  async function refused(files: Readonly<Record<string, Buffer>>, name = 'm') {
    await writeFiles(directory, files);
    const { models } = await surveyModels([directory]);
    const model = models.find((one) => one.name === name);
    expect(model?.versions).to.deep.equal([]);
    expect(model?.refusal, 'what clients read names no path').to.not.include(directory);
    return { refusal: model?.refusal ?? '', faults: model?.faults ?? [] };
  }

  const outside = '../../elsewhere';
  const faults: readonly (readonly [string, Readonly<Record<string, Buffer>>, RegExp])[] = [
    [
      'a uri out of the models folders',
      { 'm/model-settings.json': settings({ uri: outside }), 'm/1/saved_model.pb': graph },
      /parameters\.uri leads to .*elsewhere, outside of the models folders; move .* or link them there\.$/,
    ],
    [
      'an absolute uri out of the models folders',
      { 'm/model-settings.json': settings({ uri: path.resolve('/') }) },
      /outside of the models folders/,
    ],
    ...['s3://bucket/m', 'https://example.org/m', 'file:///m', 'hf://microsoft/resnet-50'].map(
      (uri) =>
        [
          `the address ${uri}`,
          { 'm/model-settings.json': settings({ uri }), 'm/1/saved_model.pb': graph },
          /is the address .*, and nothing is downloaded by itself; bring the files here/,
        ] as const,
    ),
    [
      'a uri to nothing',
      { 'm/model-settings.json': settings({ uri: './modle' }) },
      /parameters\.uri leads to .*modle, where nothing can be read; correct it\.$/,
    ],
    [
      'a folder without a SavedModel',
      { 'm/model-settings.json': settings({}), 'm/model.joblib': graph },
      /holds no SavedModel: neither saved_model\.pb nor a folder such as 1 with it\.$/,
    ],
    [
      'weights that its uri names',
      { 'm/model-settings.json': settings({ uri: './net.pt' }), 'm/net.pt': graph },
      /^net\.pt holds trained weights, .*: npm run fovea -- convert --weights \S+m\/net\.pt --output \S+ --name m$/,
    ],
    [
      'weights that lie in its folder',
      { 'm/model-settings.json': settings({}), 'm/pytorch_model.bin': graph, 'm/model.safetensors': graph },
      /^model\.safetensors holds trained weights/,
    ],
  ];
  for (const [what, files, expected] of faults) {
    it(`is told of: ${what}`, async () => {
      const { refusal, faults: told } = await refused(files);
      expect(told).to.have.length(1);
      expect(told[0]).to.match(expected);
      expect(refusal).to.equal(
        'Its model-settings.json leads to no SavedModel; the log of the server says why.',
      );
    });
  }

  it('is told of with all faults of the file', async () => {
    const files = {
      'm/model-settings.json': json({ name: 'm', inputs: 1, outputs: 2 }),
      'm/1/saved_model.pb': graph,
    };
    const { refusal, faults: told } = await refused(files);
    expect(told.map((fault) => fault.split(':')[0])).to.deep.equal(['inputs', 'outputs']);
    expect(refusal).to.equal('Its model-settings.json is not right; the log of the server says why.');
  });

  it('is told of by the name of the folder when it is no JSON', async () => {
    const { faults: told } = await refused({ 'x/model-settings.json': Buffer.from('{') }, 'x');
    expect(told).to.have.length(1);
  });

  it('is told of when nothing gives its model a name', async () => {
    await writeFiles(directory, {
      'my model/model-settings.json': json({}),
      'my model/saved_model.pb': graph,
    });
    const { models, faults: told } = await surveyModels([directory]);
    expect(models).to.deep.equal([]);
    expect(told).to.have.length(1);
    expect(told[0]).to.include('write a name into its model-settings.json');
  });

  it('describes each version once', async () => {
    await writeFiles(directory, {
      'm/blue/model-settings.json': settings({ version: 'blue' }),
      'm/blue/saved_model.pb': graph,
      'm/green/model-settings.json': settings({ version: 'green' }),
      'm/green/saved_model.pb': graph,
    });
    const [model] = (await surveyModels([directory])).models;
    expect(model?.versions.map(({ label }) => label)).to.deep.equal(['blue']);
    expect(model?.faults.join()).to.include('describes version 1 of m once more; give each its own');
  });

  it('says so when it takes the number of another version beside it', async () => {
    await writeFiles(directory, {
      'm/1/saved_model.pb': graph,
      'm/2/model-settings.json': settings({ version: '1' }),
      'm/2/saved_model.pb': graph,
    });
    const [model] = (await surveyModels([directory])).models;
    expect(model?.versions.map(({ folder }) => path.basename(folder))).to.deep.equal(['2']);
    expect(model?.faults).to.have.length(1);
    expect(model?.faults[0]).to.match(/m\/1 is not served: .* gives the number 1 to another version/);
  });

  it('says so when it takes the name of another model beside it', async () => {
    await writeFiles(directory, {
      'm/1/saved_model.pb': graph,
      'other/model-settings.json': settings({}),
      'other/saved_model.pb': graph,
    });
    const [model, ...others] = (await surveyModels([directory])).models;
    expect(others).to.deep.equal([]);
    expect(model?.versions.map(({ folder }) => path.basename(folder))).to.deep.equal(['other']);
    expect(model?.faults).to.have.length(1);
    expect(model?.faults[0]).to.match(/\/m is not served: .* of .*\/other gives its name to another model/);
  });

  it('lets the weights that were converted beside it be served', async () => {
    await writeFiles(directory, {
      'm/model-settings.json': settings({ uri: './net.pt', extra: { pretrained_model: 'a/b' } }),
      'm/net.pt': graph,
      'm/1/saved_model.pb': graph,
    });
    const [model] = (await surveyModels([directory])).models;
    expect(model?.refusal).to.equal(undefined);
    expect(model?.versions).to.have.length(1);
  });
});
