/** Loading and unloading models by requests. */
import { expect } from 'chai';
import request from 'supertest';
import type { Engine } from '../../../../gateway/domain/engine.ts';
import { ServingError } from '../../../../gateway/domain/errors.ts';
import { ModelControl } from '../../../../gateway/model-sources/model-control.ts';
import { repositoryIndex } from '../../../../gateway/protocols/open-inference/model-repository.ts';
import { FakeEngine } from '../../../support/fake-engine.ts';
import { modelToServe } from '../../../support/gateway-under-test.ts';
import { ModelRegistry } from '../../../../gateway/inference/model-registry.ts';
import { InferenceServerUnderTest } from '../../../support/inference-server-under-test.ts';

describe('model-control', () => {
  let engine: FakeEngine;
  let registry: ModelRegistry;
  let control: ModelControl;
  let fault: Error | undefined;

  beforeEach(async () => {
    fault = undefined;
    engine = new FakeEngine({ loadFault: () => fault });
    const models = [modelToServe('cats', [1, 2]), modelToServe('dogs', [1]), modelToServe('absent', [])];
    registry = new ModelRegistry({ models, resnet: { kind: 'model', name: 'dogs' } });
    await registry.loadAll(engine, new AbortController().signal);
    control = new ModelControl({ models, registry, engine });
  });
  afterEach(() => registry.close());

  it('unloads a model: it answers no more, and the server is ready all the same', async () => {
    await control.unload('cats');
    expect(engine.closed).to.have.members(['cats/1', 'cats/2']);
    expect(() => registry.resolve('cats')).to.throw(/has been unloaded by a request/);
    expect(registry.readiness().ready).to.equal(true);
    expect(registry.list().find(({ name }) => name === 'cats')).to.include({ state: 'not-installed' });
  });

  it('takes an id of Hugging Face for the model that it means', async () => {
    await control.unload('some/cats');
    expect(registry.versionsOf('cats')).to.deep.equal([]);
    await control.load('some/cats');
    expect(registry.versionsOf('cats')).to.deep.equal([2, 1]);
  });

  it('loads it again, and loads anew what is loaded', async () => {
    await control.unload('cats');
    await control.load('cats');
    expect(registry.versionsOf('cats')).to.deep.equal([2, 1]);
    await control.load('dogs');
    expect(engine.closed).to.include('dogs/1');
    expect(registry.resolve('dogs').version).to.equal(1);
  });

  it('says what happens to a model while it goes and comes, and keeps the server as ready as the others are', async () => {
    const told: unknown[] = [];
    const states: (string | undefined)[] = [];
    const look = (): void => {
      states.push(repositoryIndex(registry.list(), false).find(({ name }) => name === 'birds')?.state);
      try {
        registry.resolve('birds');
      } catch (error) {
        told.push(error instanceof ServingError ? error.message : error);
      }
      expect(registry.readiness().ready).to.equal(true);
    };
    const watched: Engine = {
      name: 'watched',
      load: async (model, options) => {
        look();
        return {
          ...(await engine.load(model, options)),
          close: async () => {
            look();
          },
        };
      },
      close: async () => undefined,
    };
    const birds = modelToServe('birds', [1]);
    registry.register({ ...birds, versions: [] });
    control = new ModelControl({ models: [birds], registry, engine: watched });
    await control.load('birds');
    await control.load('birds');
    await control.unload('birds');
    const beingLoaded = /^Model birds cannot answer now: It is being loaded by a request/;
    for (const sentence of told.slice(0, -1)) expect(sentence).to.match(beingLoaded);
    expect(told.at(-1)).to.match(/has been unloaded by a request/);
    expect(told).to.have.length(4);
    expect(states).to.deep.equal(['LOADING', 'LOADING', 'LOADING', 'UNAVAILABLE']);
  });

  it('says why a model cannot be loaded, and loads it when it can', async () => {
    fault = new Error('/secret/place');
    const refusal = await control.load('cats').catch((error: unknown) => error);
    expect(refusal).to.include({ kind: 'model-not-ready' });
    expect(refusal).to.have.property('message').that.does.not.include('secret');
    expect(registry.readiness().ready).to.equal(false);
    fault = undefined;
    await control.load('cats');
    expect(registry.readiness().ready).to.equal(true);
  });

  it('knows only what is installed', async () => {
    for (const name of ['nothing', 'absent']) {
      const refusal = await control.unload(name).catch((error: unknown) => error);
      expect(refusal).to.include({ kind: 'model-not-found' });
    }
  });

  it('is what the Open Inference Protocol asks', async () => {
    const done: string[] = [];
    const server = new InferenceServerUnderTest({
      control: {
        load: async (name) => void done.push(`load ${name}`),
        unload: async (name) => void done.push(`unload ${name}`),
      },
    });
    const loaded = await request(server.handle).post('/v2/repository/models/cassava/load').expect(200);
    expect(JSON.parse(loaded.text)).to.deep.equal({ name: 'cassava', load: true });
    await request(server.handle).post('/v2/repository/local/models/cassava/unload').expect(200);
    expect(done).to.deep.equal(['load cassava', 'unload cassava']);
    const metadata = await request(server.handle).get('/v2').expect(200);
    expect(metadata.text).to.include('model_repository(unload_dependents)');
    await server.stop();
  });
});
