/** Loading and unloading models by requests. */
import { expect } from 'chai';
import request from 'supertest';
import { ModelControl } from '../../../../gateway/model-sources/model-control.ts';
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

  it('loads it again, and loads anew what is loaded', async () => {
    await control.unload('cats');
    await control.load('cats');
    expect(registry.versionsOf('cats')).to.deep.equal([2, 1]);
    await control.load('dogs');
    expect(engine.closed).to.include('dogs/1');
    expect(registry.resolve('dogs').version).to.equal(1);
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
