/** Which model and version answers, the list of models, and the paths around them. */
import { expect } from 'chai';
import request from 'supertest';
import { ServingError } from '../../gateway/domain/errors.ts';
import { errorOf } from '../support/answered.ts';
import { FakeEngine, fakeJpeg } from '../support/fake-engine.ts';
import { gatewayUnderTest, modelToServe, readyGateway } from '../support/gateway-under-test.ts';

const cat = fakeJpeg(286);

describe('other models and versions', () => {
  const models = [modelToServe('first', [1, 3]), modelToServe('second', [2])];

  it('answers by name and by version, and 404 with the known names otherwise', async () => {
    const { handle } = await readyGateway({ models, resnet: { kind: 'model', name: 'second' } });
    const post = (path: string) => request(handle).post(path).attach('image', cat);
    expect((await post('/classify/resnet')).headers['x-model']).to.equal('second/2');
    expect((await post('/classify/first')).headers['x-model']).to.equal('first/3');
    expect((await post('/classify/first/versions/1')).headers['x-model']).to.equal('first/1');
    expect((await post('/classify/resnet/versions/2')).headers['x-model']).to.equal('second/2');
    const unknown = await post('/classify/third');
    expect([unknown.status, errorOf(unknown)]).to.deep.equal([
      404,
      'There is no model called "third". Known models: first, second.',
    ]);
    const version = await post('/classify/first/versions/2');
    expect([version.status, errorOf(version)]).to.deep.equal([
      404,
      'Model first has no such version. Served versions: 3, 1.',
    ]);
    expect((await post('/classify/first/versions/latest')).status).to.equal(404);
  });

  it('answers 503 with Retry-After while loading and with the command when not installed', async () => {
    const installCommand = 'npx fovea models pull third';
    const gateway = gatewayUnderTest({
      models: [...models, { ...modelToServe('third', []), installCommand }],
      resnet: { kind: 'missing', name: 'third', installCommand },
    });
    const post = (path: string) => request(gateway.handle).post(path).attach('image', cat);
    const loading = await post('/classify/first');
    expect(loading.status).to.equal(503);
    expect(loading.headers['retry-after']).to.equal('5');
    for (const path of ['/classify/resnet', '/classify/third']) {
      const absent = await post(path);
      expect([absent.status, errorOf(absent)]).to.deep.equal([
        503,
        `Model third is not installed. Install it with: ${installCommand}`,
      ]);
      expect(absent.headers['retry-after']).to.equal('60');
    }
  });

  it('answers 503 with the reason once a load has failed, and while the engine is not ready', async () => {
    const engine = new FakeEngine({
      loadFault: ({ name }) =>
        name === 'first' ? new ServingError('model-not-ready', 'Operation Foo is unknown.') : undefined,
    });
    const gateway = await readyGateway({ models, engine, resnet: { kind: 'model', name: 'second' } });
    const failed = await request(gateway.handle).post('/classify/first').attach('image', cat);
    expect([failed.status, errorOf(failed)]).to.deep.equal([
      503,
      'Model first version 3 cannot answer: Operation Foo is unknown.',
    ]);
    expect(failed.headers, 'nothing will load it again').to.not.have.property('retry-after');
    engine.readiness = { ready: false, reason: 'its workers died three times.', retryAfterSeconds: 7 };
    const dead = await request(gateway.handle).post('/classify/second').attach('image', cat);
    expect([dead.status, errorOf(dead)]).to.deep.equal([
      503,
      'Model second version 2 cannot answer now: its workers died three times.',
    ]);
    expect(dead.headers['retry-after']).to.equal('7');
  });
});

describe('GET /classify and the paths around it', () => {
  it('lists the models', async () => {
    const { handle } = await readyGateway({ models: [modelToServe('classifier', [1, 2])] });
    const answer = await request(handle).get('/classify').expect(200);
    expect(answer.body).to.deep.equal({
      resnet: 'classifier',
      models: [
        {
          name: 'classifier',
          state: 'ready',
          versions: [
            { version: 2, state: 'ready' },
            { version: 1, state: 'ready' },
          ],
          installedVersions: [1, 2],
          classes: 1001,
          title: 'Title of classifier',
          licence: 'Apache-2.0',
          resnet: true,
        },
      ],
    });
  });

  it('answers 405 with Allow, 404 and OPTIONS', async () => {
    const { handle } = await readyGateway();
    const wrong = await request(handle).get('/classify/resnet');
    expect([wrong.status, wrong.headers['allow']]).to.deep.equal([405, 'POST']);
    expect(wrong.body).to.deep.equal({ error: 'GET does not work on this path. What works: POST.' });
    const list = await request(handle).post('/classify').attach('image', cat);
    expect([list.status, list.headers['allow']]).to.deep.equal([405, 'HEAD, GET']);
    const options = await request(handle).options('/classify/resnet');
    expect([options.status, options.headers['allow']]).to.deep.equal([200, 'POST']);
    const nothing = await request(handle).get('/nothing');
    expect([nothing.status, nothing.body]).to.deep.equal([
      404,
      { error: 'There is nothing at this path. GET / lists what there is.' },
    ]);
    await request(handle).head('/classify').expect(200);
    await request(handle).get('/classify/%E0%A4%A').expect(405);
  });

  it('introduces itself at /', async () => {
    const { handle } = await readyGateway();
    const answer = await request(handle).get('/').expect(200);
    expect(answer.body).to.include({ name: 'fovea', version: '1.2.3', status: 'alive' });
  });
});
