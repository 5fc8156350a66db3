/** Models that servers behind the gateway hold: which names are asked for, and what is made of the answers. */
import { expect } from 'chai';
import { readConfiguration, type Configuration } from '../../../../gateway/configuration.ts';
import { ServingError } from '../../../../gateway/domain/errors.ts';
import { ModelRegistry } from '../../../../gateway/inference/model-registry.ts';
import type { ModelSource } from '../../../../gateway/model-sources/model-source.ts';
import { modelsAtBackends } from '../../../../gateway/model-sources/models-at-backends.ts';
import { createLog } from '../../../../gateway/telemetry/log.ts';
import { FakeEngine } from '../../../support/fake-engine.ts';
import { TemporaryFolders, writeFiles } from '../../../support/made-up-model.ts';
import { thrownBy } from '../../../support/thrown-by.ts';

const log = createLog({ level: 'silent', pretty: false });

class HoldingEngine extends FakeEngine {
  readonly asked: string[] = [];
  held: Readonly<Record<string, readonly number[]>> = {};
  fault: Error | undefined;
  /** Of a model that is not held. */
  unknown: Error | undefined;

  async versionsOf(name: string): Promise<readonly number[]> {
    this.asked.push(name);
    if (this.fault !== undefined) throw this.fault;
    const versions = this.held[name];
    if (versions === undefined && this.unknown !== undefined) throw this.unknown;
    return versions ?? [];
  }
}

describe('models at backends', () => {
  const folders = new TemporaryFolders();
  const stop = new AbortController();
  let folder = '';
  let engine: HoldingEngine;
  beforeEach(async () => {
    folder = await folders.make();
    engine = new HoldingEngine({ classCount: 3 });
  });
  afterEach(() => folders.remove());
  after(() => {
    stop.abort();
  });

  function configured(environment: Readonly<Record<string, string>>): Configuration {
    const outcome = readConfiguration({
      environment: { MODELS_DIR: folder, TF_SERVICE: 'one,two:9', ...environment },
      flags: [],
    });
    if ('faults' in outcome) throw new Error(outcome.faults.join('\n'));
    return outcome.configuration;
  }

  async function loaded(
    environment: Readonly<Record<string, string>> = {},
    only?: string,
  ): Promise<{ registry: ModelRegistry; source: ModelSource }> {
    const source = await modelsAtBackends(configured(environment), log, only);
    const registry = new ModelRegistry({ models: source.models, resnet: source.resnet });
    await source.load(registry, engine, stop.signal);
    return { registry, source };
  }

  it('asks for what was named first, then for the usual names, then for all that lie here, with a manifest or without', async () => {
    await writeFiles(folder, { 'flowers/1/saved_model.pb': Buffer.from('graph') });
    const { source } = await loaded({ RESNET_MODEL: 'cats', TF_MODELS: 'dogs,cats' });
    expect(source.known.slice(0, 3)).to.deep.equal(['cats', 'dogs', 'resnet']);
    expect(source.known).to.include('flowers').and.include('cifar10-resnet');
    expect(engine.asked.slice(0, source.known.length)).to.deep.equal(source.known);
    expect(source.backends).to.deep.equal(['one:8501', 'two:9']);
  });

  it('is ready after one look with the one usual model that is held, which answers for resnet', async () => {
    engine.held = { 'cifar10-resnet': [4] };
    const { registry } = await loaded();
    expect(registry.resolve('resnet')).to.include({ name: 'cifar10-resnet', version: 4 });
    expect(registry.readiness()).to.deep.equal({ ready: true, models: ['cifar10-resnet/4'] });
    const states = new Map(registry.list().map(({ name, state }) => [name, state]));
    expect(states.get('resnet')).to.equal('not-installed');
  });

  it('takes labels from the folder here and serves no version that lies there', async () => {
    await writeFiles(folder, {
      'flowers/1/saved_model.pb': Buffer.from('graph'),
      'flowers/labels.txt': Buffer.from('rose\ntulip\nlily\n'),
    });
    engine.held = { flowers: [9] };
    const { registry } = await loaded({ TF_MODELS: 'flowers' });
    expect(registry.versionsOf('flowers')).to.deep.equal([9]);
    expect(registry.resolve('flowers').facts.labels).to.deep.equal(['rose', 'tulip', 'lily']);
  });

  it('is not ready without the model that RESNET_MODEL names, though others are held', async () => {
    engine.held = { resnet: [1] };
    const { registry } = await loaded({ RESNET_MODEL: 'cats' });
    const error = await thrownBy(() => registry.resolve('resnet'));
    expect(error).to.include({ kind: 'model-not-ready' });
    expect(String(error)).to.include('no model called "cats"').and.include('TF_MODELS');
    expect(registry.readiness().ready).to.equal(false);
  });

  it('is ready with what was asked for, whatever is not known of the names that are only guessed', async () => {
    engine.held = { cats: [1] };
    engine.unknown = new ServingError('backend-unavailable', 'It cannot be reached.');
    const { registry } = await loaded({ RESNET_MODEL: 'cats' });
    expect(registry.readiness()).to.deep.equal({ ready: true, models: ['cats/1'] });
    expect(registry.resolve('resnet').name).to.equal('cats');
  });

  it('calls its servers what they are called in an address line', async () => {
    const { source } = await loaded({ TF_SERVICE: '[::1],here:9' });
    expect(source.backends).to.deep.equal(['[::1]:8501', 'here:9']);
  });

  it('says that nobody can be reached while nobody can', async () => {
    engine.fault = new ServingError('backend-unavailable', 'It cannot be reached.');
    const { registry } = await loaded();
    expect(await thrownBy(() => registry.resolve('resnet'))).to.include({ kind: 'backend-unavailable' });
  });

  it('asks for one model only when one is wanted', async () => {
    engine.held = { dogs: [2], resnet: [1] };
    const { registry, source } = await loaded({ TF_MODELS: 'dogs' }, 'dogs');
    expect(source.known).to.deep.equal(['dogs']);
    expect(registry.resolve('dogs').version).to.equal(2);
  });
});
