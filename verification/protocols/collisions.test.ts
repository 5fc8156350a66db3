/** Where clients of several protocols meet on one path, or read one answer in several ways: each finds what it looks for. */
import { expect } from 'chai';
import { ServingError } from '../../gateway/domain/errors.ts';
import {
  documentedModel,
  startDocumentedServer,
  type DocumentedServer,
} from '../support/documented-server.ts';
import { fakeJpeg, FakeEngine } from '../support/fake-engine.ts';
import { InferenceServerUnderTest } from '../support/inference-server-under-test.ts';

const rootPath = '/system/services/fovea/exposed';
const b64 = fakeJpeg(1).toString('base64');
const inferBody = JSON.stringify({
  inputs: [{ name: 'image_bytes', shape: [1], datatype: 'BYTES', data: [b64] }],
});
const predictBody = JSON.stringify({ instances: [{ b64 }] });

interface Asked {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: unknown;
}

describe('where the protocols collide', function () {
  this.timeout(30_000);
  const engine = new FakeEngine({ classCount: 4 });
  let running: DocumentedServer;
  /** Its model could not be loaded. */
  let broken: DocumentedServer;

  before(async () => {
    running = await startDocumentedServer({
      engine,
      environment: { MODEL_CONTROL: 'explicit', ROOT_PATH: rootPath },
    });
    const loadFault = (): Error => new Error('broken for the tests');
    broken = await startDocumentedServer({ engine: new FakeEngine({ loadFault }) });
  });
  after(() => Promise.all([running, broken].map(({ server }) => server.close())));

  async function ask(path: string, init: RequestInit = {}, { url } = running): Promise<Asked> {
    const { status, headers, ...answer } = await fetch(url + path, init).then(async (response) => ({
      status: response.status,
      headers: response.headers,
      text: await response.text(),
    }));
    const isJson = headers.get('content-type')?.startsWith('application/json') === true;
    return { status, headers, text: answer.text, body: isJson ? JSON.parse(answer.text) : undefined };
  }
  const post = (path: string, body: string, of = running): Promise<Asked> =>
    ask(path, { method: 'POST', body, headers: { 'Content-Type': 'application/json' } }, of);

  describe('GET /v1/models/<model>', () => {
    it("has TensorFlow Serving's keys and KServe's", async () => {
      const { status, body } = await ask(`/v1/models/${documentedModel}`);
      expect(status).to.equal(200);
      expect(body).to.include({ name: documentedModel, ready: true });
      expect(body).to.have.nested.property('model_version_status[0].state', 'AVAILABLE');
    });

    it('is 503 with the same keys when the model cannot answer, as KServe reads it', async () => {
      const { status, body } = await ask(`/v1/models/${documentedModel}`, {}, broken);
      expect(status).to.equal(503);
      expect(body).to.include({ name: documentedModel, ready: false });
      expect(body).to.have.nested.property('model_version_status[0].state', 'END');
    });
  });

  it('POST /v1/models/<model>:predict is 503 when the model cannot answer', async () => {
    const { status, body } = await post(`/v1/models/${documentedModel}:predict`, predictBody, broken);
    expect(status).to.equal(503);
    expect(body).to.have.property('error').that.is.a('string');
  });

  it('GET /v2/health/ready tells by its status and by its body, in both of its words', async () => {
    const good = await ask('/v2/health/ready');
    expect([good.status, good.body]).to.deep.equal([200, { live: true, ready: true }]);
    const bad = await ask('/v2/health/ready', {}, broken);
    expect([bad.status, bad.body]).to.deep.equal([503, { live: true, ready: false }]);
  });

  it('GET /v2/models/<model>/ready tells by its status and by its body', async () => {
    const path = `/v2/models/${documentedModel}/ready`;
    const good = await ask(path);
    expect([good.status, good.body]).to.deep.equal([200, { name: documentedModel, ready: true }]);
    const bad = await ask(path, {}, broken);
    expect([bad.status, bad.body]).to.deep.equal([503, { name: documentedModel, ready: false }]);
  });

  it('a model that nobody knows is 404 with a sentence on every path', async () => {
    const found = [
      await ask('/v1/models/no_such_model'),
      await post('/v1/models/no_such_model:predict', predictBody),
      await ask('/v2/models/no_such_model'),
      await ask('/v2/models/no_such_model/ready'),
      await post('/v2/models/no_such_model/infer', inferBody),
      await post('/classify/no_such_model', JSON.stringify({ image: b64 })),
    ];
    for (const { status, body } of found) {
      expect(status).to.equal(404);
      expect(body).to.have.property('error').that.includes('no_such_model');
    }
  });

  it('a request that is wrong is 400 with a sentence on every path, never 422', async () => {
    const found = [
      await post(`/v1/models/${documentedModel}:predict`, '{"instances": 1}'),
      await post(`/v2/models/${documentedModel}/infer`, '{"inputs": 1}'),
      await post(`/classify/${documentedModel}`, '{"image": 1}'),
      await post('/predict', '{"image": 1}'),
    ];
    for (const { status, body } of found) {
      expect(status).to.equal(400);
      expect(body).to.have.property('error').that.matches(/\w \w/);
      expect(body).to.not.have.property('detail');
    }
  });

  it("says errors in a type that KServe's client reads, which knows no character set beside it", async () => {
    for (const path of ['/v1/models/no_such_model', '/v2/models/no_such_model', '/nothing']) {
      const { headers } = await ask(path);
      expect(headers.get('content-type'), path).to.equal('application/json');
    }
  });

  it('POST …/load and …/unload answer JSON, which those pass over who look at the status only', async () => {
    for (const verb of ['unload', 'load']) {
      const { status, body } = await post(`/v2/repository/models/${documentedModel}/${verb}`, '');
      expect([status, body], verb).to.deep.equal([200, { name: documentedModel, [verb]: true }]);
    }
    expect((await ask(`/v2/models/${documentedModel}/ready`)).status).to.equal(200);
  });

  it('GET / says the word by which KServe takes a server for living', async () => {
    for (const accept of ['*/*', 'application/json']) {
      const { status, body } = await ask('/', { headers: { Accept: accept } });
      expect(status).to.equal(200);
      expect(body, accept).to.include({ status: 'alive' });
    }
  });

  it('a full queue is 429 on our own routes and 503 on those of others, always with Retry-After', async () => {
    const paths: Readonly<Record<string, readonly [number, string]>> = {
      [`/classify/${documentedModel}`]: [429, JSON.stringify({ image: b64 })],
      '/predict': [429, JSON.stringify({ image: b64 })],
      [`/v1/models/${documentedModel}:predict`]: [503, predictBody],
      [`/v2/models/${documentedModel}/infer`]: [503, inferBody],
    };
    for (const [path, [expected, sent]] of Object.entries(paths)) {
      engine.nextFault = new ServingError('overloaded', 'The queue is full.', { retryAfterSeconds: 1 });
      const { status, headers } = await post(path, sent);
      expect([status, headers.get('retry-after')], path).to.deep.equal([expected, '1']);
    }
  });

  it("gives metrics where TensorFlow Serving's are read, and where KServe's and Triton's are", async () => {
    await post(`/v1/models/${documentedModel}:predict`, predictBody);
    await post(`/v2/models/${documentedModel}/infer`, inferBody);
    const all = /^:tensorflow:serving:request_count\{/m;
    const triton = new RegExp(
      `^nv_inference_request_success\\{model="${documentedModel}",version="1"\\} [1-9]`,
      'm',
    );
    const own = await ask('/monitoring/prometheus/metrics');
    expect([own.status, all.test(own.text), triton.test(own.text)]).to.deep.equal([200, true, false]);
    for (const prefix of ['', rootPath]) {
      const { status, headers, text } = await ask(`${prefix}/metrics`);
      expect([status, headers.get('content-type')]).to.deep.equal([
        200,
        'text/plain; version=0.0.4; charset=utf-8',
      ]);
      expect(text).to.match(all).and.match(triton);
      // No name is counted twice, which Prometheus would refuse.
      const names = Array.from(text.matchAll(/^# TYPE (\S+)/gm), ([, name]) => name);
      expect(new Set(names).size).to.equal(names.length);
    }
  });

  it('GET / is a page for browsers, whose links lead on under every prefix', async () => {
    const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
    for (const path of ['/', `${rootPath}/`, rootPath]) {
      const { status, headers, text } = await ask(path, { headers: { Accept: accept } });
      expect([status, headers.get('content-type')]).to.deep.equal([200, 'text/html; charset=utf-8']);
      expect(headers.get('vary')).to.match(/Accept/);
      expect(headers.get('content-security-policy')).to.match(/^default-src 'none';/);
      expect(headers.get('x-content-type-options')).to.equal('nosniff');
      // A browser that may not load the icon which the page names writes that into its console.
      expect(text).to.match(/rel="icon" href="data:/);
      expect(headers.get('content-security-policy')).to.match(/ img-src data:/);
      const links = Array.from(text.matchAll(/href="([^"]+)"/g), ([, address = '']) => address);
      expect(links).to.include(`${rootPath}/docs`);
      for (const link of links.filter((address) => address.startsWith('/')))
        expect((await ask(link)).status, link).to.be.oneOf([200, 503]);
    }
    const { body } = await ask(rootPath, { headers: { Accept: '*/*' } });
    expect(body).to.include({ status: 'alive' });
  });

  it('POST /v2/models/infer means the only model, as behind a path for one model, and no other', async () => {
    for (const prefix of ['', rootPath]) {
      const { status, body } = await post(`${prefix}/v2/models/infer`, inferBody);
      expect([status, body]).to.have.nested.property('[1].model_name', documentedModel);
      expect(status).to.equal(200);
    }
    const many = new InferenceServerUnderTest();
    await many.start();
    const { port } = await many.http.listen({ host: '127.0.0.1', port: 0 });
    const sent = { method: 'POST', body: inferBody, headers: { 'Content-Type': 'application/json' } };
    const refused = await fetch(`http://127.0.0.1:${port}/v2/models/infer`, sent);
    expect(refused.status).to.equal(404);
    expect(await refused.text()).to.match(/names no model.*\/v2\/models\/<model>\/infer/);
    await many.stop();
  });

  it('says which method a path of the Open Inference Protocol takes instead', async () => {
    const cases: readonly (readonly [string, string, string])[] = [
      ['POST', `/v2/models/${documentedModel}`, 'GET, HEAD'],
      ['POST', '/v2', 'GET, HEAD'],
      ['POST', '/v2/health/live', 'GET, HEAD'],
      ['GET', '/v2/models/infer', 'POST'],
      ['GET', `/v2/models/${documentedModel}/infer`, 'POST'],
      ['PUT', '/v2/logging', 'GET, HEAD, POST'],
      ['DELETE', '/v2/systemsharedmemory/region/a/register', 'POST'],
    ];
    for (const [method, path, allowed] of cases) {
      const { status, headers, body } = await ask(path, { method });
      expect([status, headers.get('allow')], path).to.deep.equal([405, allowed]);
      expect(body, path).to.have.property('error').that.includes(`What works: ${allowed}.`);
    }
    for (const path of ['/v2/nothing', '/v2/systemsharedmemory', '/v2/repository', '/v2/models']) {
      const { status, body } = await ask(path);
      expect(status, path).to.equal(404);
      expect(body, path).to.have.property('error').that.includes('nothing at this path');
    }
  });
});
