/** What the settings and the folders make of the models: who is known, who is served, and what is advised. */
import { symlink } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { buildNetwork } from '../../../converter/architectures/build-network.ts';
import { classifierGraph, pictureSignature } from '../../../converter/network/classifier-graph.ts';
import { writeSavedModel } from '../../../converter/writers/saved-model/write-saved-model.ts';
import { readConfiguration, type Configuration } from '../../../gateway/configuration.ts';
import { areUsualFolders } from '../../../gateway/model-sources/pull-command.ts';
import { openModels, type ModelsInService } from '../../../gateway/models-in-service.ts';
import { createLog, type Log } from '../../../gateway/telemetry/log.ts';
import { TemporaryFolders, writeFiles } from '../../support/made-up-model.ts';
import { thrownBy } from '../../support/thrown-by.ts';
import { tinyCheckpoint } from '../converter/architectures/tiny-checkpoint.ts';

const official = 'resnet_v2_fp32_savedmodel_NHWC_jpg';
const graph = Buffer.from('graph');

function configurationOf(environment: Readonly<Record<string, string>>): Configuration {
  const outcome = readConfiguration({ environment: { HOME: '/home-of-test', ...environment }, flags: [] });
  if ('faults' in outcome) throw new Error(outcome.faults.join('\n'));
  return outcome.configuration;
}

describe('models in service', () => {
  const folders = new TemporaryFolders();
  const opened: ModelsInService[] = [];
  let folder = '';
  beforeEach(async () => {
    folder = await folders.make();
  });
  afterEach(async () => {
    for (const models of opened.splice(0)) await models.close();
    await folders.remove();
  });

  async function open(
    environment: Readonly<Record<string, string>> = {},
    log: Log = createLog({ level: 'silent', pretty: false }),
  ): Promise<ModelsInService> {
    const models = await openModels({
      configuration: configurationOf({
        MODELS_DIR: folder,
        CACHE_DIR: path.join(folder, '.cache'),
        ...environment,
      }),
      log,
    });
    opened.push(models);
    return models;
  }

  const reasonsOf = ({ registry }: ModelsInService): readonly string[] => {
    const readiness = registry.readiness();
    return readiness.ready ? [] : readiness.reasons;
  };

  it('is not ready with an empty folder that was named, whatever the package bundles', async () => {
    const models = await open();
    expect(models.installed).to.deep.equal([]);
    expect(models.registry.list().every(({ state }) => state === 'not-installed')).to.equal(true);
    expect(reasonsOf(models)).to.deep.equal([
      'no model is installed',
      `model ${official} is not installed; install it with: npm run fovea -- models pull ${official}`,
    ]);
  });

  it('knows the models of the package from any folder, and lists how to install them', async () => {
    const { registry, known } = await open();
    expect(known).to.include(official);
    expect(registry.list().find(({ name }) => name === official)).to.deep.include({
      state: 'not-installed',
      classes: 1001,
      licence: 'Apache-2.0',
      installCommand: `npm run fovea -- models pull ${official}`,
    });
  });

  it('tells the operator the folder that a pull must go to, and clients no folder', async () => {
    const models = await open();
    expect(models.operatorCommand('m')).to.equal(`npm run fovea -- models pull m --models-dir ${folder}`);
    expect(JSON.stringify([models.registry.list(), reasonsOf(models)])).to.not.include(folder);
    const error = await thrownBy(() => models.registry.resolve('resnet'));
    expect(error).to.have.property('message').that.does.not.include(folder);
    const odd = await open({ MODELS_DIR: `${folder}/it's here` });
    expect(odd.operatorCommand('m')).to.match(/ --models-dir '.*\/it'\\''s here'$/);
  });

  it('needs no folder in the command as long as nobody has named one', () => {
    expect(areUsualFolders(configurationOf({}))).to.equal(true);
    expect(areUsualFolders(configurationOf({ MODELS_DIR: 'models' }))).to.equal(false);
  });

  it('names the known models when RESNET_MODEL is none of them', async () => {
    await writeFiles(folder, { 'mine/1/saved_model.pb': graph });
    const models = await open({ RESNET_MODEL: 'nope' });
    const error = await thrownBy(() => models.registry.resolve('resnet'));
    expect(error).to.have.property('kind', 'model-not-ready');
    expect(error)
      .to.have.property('message')
      .that.matches(/^There is no model called "nope"\. Known models: /)
      .and.includes('mine')
      .and.includes(official)
      .and.does.not.include('pull');
  });

  it('asks the signature that the manifest names', async () => {
    const { network, architecture } = buildNetwork(tinyCheckpoint());
    const graph = classifierGraph(network, { recipe: architecture.recipe, hasBackgroundClass: false });
    const signatures = graph.signatures
      .filter(({ name }) => name === pictureSignature)
      .flatMap((signature) => ['one', 'two'].map((name) => ({ ...signature, name })));
    await writeSavedModel(path.join(folder, 'mine', '1'), { ...graph, signatures });
    const manifest = { title: 'Mine', licence: 'CC0-1.0', defaultVersion: 1, signature: 'two' };
    await writeFiles(folder, { 'mine/manifest.json': Buffer.from(JSON.stringify(manifest)) });
    const models = await open({ WORKERS: '1', THREADS_PER_WORKER: '1' });
    await models.load(new AbortController().signal);
    expect(models.classification.target({ model: 'mine' }).signature.signatureName).to.equal('two');
  }).timeout(20_000);

  it('lets the only model of a named folder answer for resnet', async () => {
    await writeFiles(folder, { 'mine/1/saved_model.pb': graph });
    const models = await open();
    expect(models.installed).to.deep.equal(['mine']);
    expect(models.registry.resnet).to.deep.equal({ kind: 'model', name: 'mine' });
  });

  it('makes what cannot be read a model that has failed, with a reason that names no folder', async () => {
    await symlink('locked', path.join(folder, 'locked'));
    await writeFiles(folder, { 'mine/1/saved_model.pb': graph, 'mine/manifest.json/notes': graph });
    const models = await open({ RESNET_MODEL: 'locked' });
    await models.load(new AbortController().signal);
    const reasons = {
      locked: 'Its folder cannot be read; the log of the server says why.',
      mine: 'Its manifest cannot be read; the log of the server says why.',
    };
    expect(reasonsOf(models)).to.deep.equal([
      `model locked cannot answer: ${reasons.locked}`,
      `model mine version 1 cannot answer: ${reasons.mine}`,
    ]);
    const [locked, mine] = models.registry.list().filter(({ name }) => name in reasons);
    expect(locked).to.include({ state: 'failed', reason: reasons.locked, resnet: true });
    expect(mine).to.have.property('state', 'failed');
    expect(mine?.versions).to.deep.equal([{ version: 1, state: 'failed', reason: reasons.mine }]);
    expect(models.installed).to.deep.equal([]);
    expect(models.unreadable).to.deep.equal(['locked', 'mine']);
    for (const [name, reason] of Object.entries({ ...reasons, resnet: reasons.locked })) {
      const error = await thrownBy(() => models.registry.resolve(name));
      expect(error).to.have.property('kind', 'model-not-ready');
      expect(error).to.have.property('message').that.includes(reason);
    }
  });

  it('logs once, as an error, why a model cannot be read: that is where its clients are sent', async () => {
    await symlink('locked', path.join(folder, 'locked'));
    await writeFiles(folder, { 'mine/1/saved_model.pb': graph, 'mine/labels.txt': Buffer.from('') });
    const lines: string[] = [];
    const destination = { write: (line: string) => lines.push(line) };
    await open({}, createLog({ level: 'error', pretty: false, destination }));
    expect(lines).to.have.length(1);
    expect(lines[0])
      .to.include('"level":"error"')
      .and.include(`locked: The folder ${path.join(folder, 'locked')} cannot be read (ELOOP)`);
  });
});
