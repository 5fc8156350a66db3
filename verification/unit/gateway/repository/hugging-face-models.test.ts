/** Settings that name a model of the Hugging Face hub, and the installed models that may be it. */
import path from 'node:path';
import { expect } from 'chai';
import { surveyModels } from '../../../../gateway/repository/model-folder.ts';
import { TemporaryFolders, writeFiles } from '../../../support/made-up-model.ts';

const graph = Buffer.from('graph');
const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const settings = (parameters: object = {}) =>
  json({
    name: 'resnet-50',
    implementation: 'mlserver_huggingface.HuggingFaceRuntime',
    parameters: { extra: { pretrained_model: 'microsoft/resnet-50' }, ...parameters },
  });
const manifest = (huggingFace: string) =>
  json({ title: 'Installed', licence: 'CC0-1.0', defaultVersion: 2, huggingFace });

describe('a Hugging Face model of model-settings.json', () => {
  const folders = new TemporaryFolders();
  let directory = '';
  beforeEach(async () => {
    directory = await folders.make();
  });
  afterEach(() => folders.remove());

  async function found(files: Readonly<Record<string, Buffer>>) {
    await writeFiles(directory, { 'wish/model-settings.json': settings(), ...files });
    const { models } = await surveyModels([directory]);
    return models.find(({ name }) => name === 'resnet-50');
  }

  it('is the installed one whose manifest says so, in its newest version', async () => {
    const model = await found({
      'mine/manifest.json': manifest('microsoft/resnet-50'),
      'mine/labels.txt': Buffer.from('tench\n'),
      'mine/1/saved_model.pb': graph,
      'mine/2/saved_model.pb': graph,
    });
    expect(model?.versions).to.deep.equal([
      { name: 'resnet-50', version: 2, folder: path.join(directory, 'mine/2') },
    ]);
    expect(model?.manifest?.title).to.equal('Installed');
    expect(model?.labels).to.deep.equal(['tench']);
    expect(model?.refusal).to.equal(undefined);
    expect(model?.faults).to.deep.equal([]);
  });

  it('is the installed one of its name, in the version that the settings give', async () => {
    await writeFiles(directory, {
      'wish/model-settings.json': settings({ version: 'v0.1.0' }),
      'microsoft--resnet-50/1/saved_model.pb': graph,
    });
    const { models } = await surveyModels([directory]);
    const { folder } = models.find(({ name }) => name === 'microsoft--resnet-50')?.versions[0] ?? {};
    expect(models.find(({ name }) => name === 'resnet-50')?.versions).to.deep.equal([
      { name: 'resnet-50', version: 1000, label: 'v0.1.0', folder },
    ]);
  });

  it('is what a folder of the model’s own name holds', async () => {
    const model = await found({ 'resnet-50/1/saved_model.pb': graph });
    expect(model?.versions).to.have.length(1);
    expect(model?.refusal).to.equal(undefined);
  });

  it('is never one that is said to be another', async () => {
    const model = await found({
      'microsoft--resnet-50/manifest.json': manifest('timm/resnet50'),
      'microsoft--resnet-50/1/saved_model.pb': graph,
    });
    expect(model?.versions).to.deep.equal([]);
  });

  it('is refused with what is installed and what to do, when it is not', async () => {
    const model = await found({ 'cat/1/saved_model.pb': graph });
    expect(model?.refusal).to.equal(
      'It is the Hugging Face model microsoft/resnet-50, which is not installed (installed: cat), and nothing is downloaded by itself; ' +
        'its weights are to be converted with npm run fovea -- convert, as the log of the server says.',
    );
    expect(model?.faults).to.have.length(1);
    expect(model?.faults[0]).to.include(
      `npm run fovea -- convert --weights model.safetensors --output ${directory} --name wish --labels config.json`,
    );
  });
});
