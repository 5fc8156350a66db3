/** Alive and ready, and why not. */
import { expect } from 'chai';
import request from 'supertest';
import { errorOf, fieldOf } from '../../../support/answered.ts';
import { FakeEngine, fakeJpeg } from '../../../support/fake-engine.ts';
import { gatewayUnderTest, modelToServe, readyGateway } from '../../../support/gateway-under-test.ts';

describe('GET /health and GET /ready', () => {
  it('is alive before anything is loaded, and not ready', async () => {
    const { handle } = gatewayUnderTest();
    const alive = await request(handle).get('/health');
    const loading = { status: 'healthy', model_loaded: false, gpu_available: false };
    expect([alive.status, alive.body]).to.deep.equal([200, loading]);
    const ready = await request(handle).get('/ready');
    expect(ready.status).to.equal(503);
    expect(ready.body).to.have.property('error', 'Not ready: model classifier version 1 is waiting.');
  });

  it('is ready once every model is', async () => {
    const { handle } = await readyGateway({
      models: [modelToServe('classifier', [1, 2]), modelToServe('other')],
    });
    const ready = await request(handle).get('/ready');
    expect([ready.status, ready.body]).to.deep.equal([
      200,
      { status: 'ready', models: ['classifier/2', 'classifier/1', 'other/1'] },
    ]);
  });

  it('is healthy with a model loaded, and says when that one stops answering', async () => {
    const { handle, engine } = await readyGateway({ gpuUtilization: 0.5 });
    const loaded = await request(handle).get('/health');
    expect(loaded.body).to.deep.equal({ status: 'healthy', model_loaded: true, gpu_available: true });
    engine.readiness = { ready: false, reason: 'its workers died.' };
    const dead = await request(handle).get('/health');
    expect(dead.body).to.deep.equal({ status: 'healthy', model_loaded: false, gpu_available: true });
  });

  it('gives the reason when one of the models failed, or stopped answering', async () => {
    const engine = new FakeEngine({
      loadFault: ({ name }) => (name === 'other' ? new Error('secret') : undefined),
    });
    const { handle } = await readyGateway({
      models: [modelToServe('classifier'), modelToServe('other')],
      engine,
    });
    const failed = await request(handle).get('/ready');
    expect(failed.status).to.equal(503);
    expect(fieldOf(failed, 'reasons')).to.deep.equal([
      'model other version 1 cannot answer: It could not be loaded; the log of the server says why.',
    ]);
    expect(errorOf(failed)).to.match(/the log of the server says why\.$/);
    expect(errorOf(failed), 'one full stop').to.not.match(/\.\.|\.;/);
    engine.readiness = { ready: false, reason: 'its workers died.' };
    const dead = await request(handle).get('/ready');
    expect(fieldOf(dead, 'reasons')).to.include(
      'model classifier version 1 cannot answer: its workers died.',
    );
    expect(errorOf(dead)).to.match(/its workers died; model other .* says why\.$/);
  });

  it('is not ready on an empty server, nor while the model behind resnet is missing', async () => {
    const installCommand = 'npx fovea models pull wanted';
    const resnet = { kind: 'missing', name: 'wanted', installCommand } as const;
    const missing = `model wanted is not installed; install it with: ${installCommand}`;
    const empty = await request((await readyGateway({ models: [], resnet })).handle).get('/ready');
    expect([empty.status, fieldOf(empty, 'reasons')]).to.deep.equal([
      503,
      ['no model is installed', missing],
    ]);
    const other = await request((await readyGateway({ resnet })).handle).get('/ready');
    expect([other.status, fieldOf(other, 'reasons')]).to.deep.equal([503, [missing]]);
  });

  it('is alive but not ready while shutting down', async () => {
    const gateway = await readyGateway();
    gateway.stop();
    expect((await request(gateway.handle).get('/health')).status).to.equal(200);
    const ready = await request(gateway.handle).get('/ready');
    expect([ready.status, fieldOf(ready, 'reasons')]).to.deep.equal([503, ['the server is shutting down']]);
  });

  it('answers while an inference is under way', async () => {
    const engine = new FakeEngine();
    const { handle } = await readyGateway({ engine });
    const release = engine.hold();
    const inference = request(handle)
      .post('/classify/resnet')
      .attach('image', fakeJpeg(1))
      .then(({ status }) => status);
    await engine.until(() => engine.requests.length === 1);
    expect((await request(handle).get('/health')).status).to.equal(200);
    expect((await request(handle).get('/ready')).status).to.equal(200);
    release();
    expect(await inference).to.equal(200);
  });
});
