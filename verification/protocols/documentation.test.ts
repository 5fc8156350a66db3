/** The pages, documents and `.proto` files that the server tells about itself. */
import { loadSync } from '@grpc/proto-loader';
import { expect } from 'chai';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startDocumentedServer, type DocumentedServer } from '../support/documented-server.ts';
import { FakeEngine } from '../support/fake-engine.ts';
import { at, OpenApiReader } from '../support/openapi-reader.ts';
import { RawClient } from '../support/raw-client.ts';

const prefix = '/system/services/fovea/exposed';
const pages = ['/docs', '/docs/', '/v2/docs', '/v2/models/tiny/docs', '/v2/models/tiny/versions/1/docs'];

describe('documentation', function () {
  this.timeout(30_000);
  let running: DocumentedServer;
  before(async () => {
    running = await startDocumentedServer({ environment: { ROOT_PATH: prefix }, engine: new FakeEngine() });
  });
  after(() => running.server.close());

  const get = (place: string): Promise<Response> => fetch(running.url + place);

  for (const page of pages) {
    it(`shows a page at ${page} that finds everything it needs, under the prefix as well`, async () => {
      for (const outer of ['', prefix]) {
        const answer = await get(outer + page);
        expect(answer.status).to.equal(200);
        expect(answer.headers.get('content-type')).to.equal('text/html; charset=utf-8');
        const html = await answer.text();
        const links = Array.from(
          html.matchAll(/(?:href|src|data-document)="([^"]+)"/g),
          ([, link = '']) => link,
        );
        expect(links).to.have.length(5);
        for (const link of links) {
          expect(link).to.match(/^\.\.?\//);
          const target = new URL(link, running.url + outer + page);
          expect(target.pathname.startsWith(`${outer}/`)).to.equal(true);
          expect((await fetch(target)).status, target.pathname).to.equal(200);
        }
      }
    });
  }

  it('lets nothing into its pages but the files of this server', async () => {
    const answer = await get('/docs');
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy)
      .to.contain("default-src 'none'")
      .and.contain("script-src 'self';")
      .and.contain("style-src 'self';");
    expect(policy).not.to.match(/unsafe|https?:|\*/);
    expect(answer.headers.get('x-content-type-options')).to.equal('nosniff');
    const html = await answer.text();
    expect(html).not.to.match(/<script>|<style|\son\w+=|\sstyle=|https?:/);
    const script = await (await get('/docs/assets/start.js')).text();
    expect(script).to.contain('validatorUrl: null');
  });

  it('gives the files of the page their types, and no other file', async () => {
    const types = {
      'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
      'swagger-ui.css': 'text/css; charset=utf-8',
      'favicon-32x32.png': 'image/png',
    };
    for (const [name, type] of Object.entries(types)) {
      const answer = await get(`/docs/assets/${name}`);
      expect([answer.status, answer.headers.get('content-type')]).to.deep.equal([200, type]);
      expect(answer.headers.get('cache-control')).to.equal('public, max-age=86400');
    }
    for (const name of [
      'package.json',
      'swagger-ui.js',
      '..%2fpackage.json',
      '%2e%2e%2f%2e%2e%2fpackage.json',
    ]) {
      expect((await get(`/docs/assets/${name}`)).status, name).to.equal(404);
    }
  });

  it('begins the paths of a document at the prefix or without it, wherever it was asked for', async () => {
    for (const outer of ['', prefix]) {
      for (const place of [
        '/openapi.json',
        '/v2/docs/dataplane.json',
        '/v2/models/tiny/docs/dataplane.json',
      ]) {
        const document: unknown = await (await get(outer + place)).json();
        const server = String(at(document, 'servers', '0', 'url'));
        expect(new URL(server, running.url + outer + place).href).to.equal(`${running.url}${outer}/`);
      }
    }
  });

  it('offers the models there are', async () => {
    const document: unknown = await (await get('/openapi.json')).json();
    const parameters = at(document, 'paths', '/classify/{model}/versions/{version}', 'post', 'parameters');
    expect(at(parameters, '0', 'schema', 'enum')).to.deep.equal(['resnet', 'tiny']);
    expect(at(parameters, '1', 'example')).to.equal(1);
  });

  it('tells about one dialect, one model and one version what belongs to them', async () => {
    const whole = await OpenApiReader.from(`${running.url}/openapi.json`);
    const dialect = await OpenApiReader.from(`${running.url}/v2/docs/dataplane.json`);
    const expected = whole.operations
      .map(({ path: place }) => place)
      .filter((place) => /^\/v2(\/|$)/.test(place) && !place.includes('/docs'));
    expect(dialect.operations.map(({ path: place }) => place)).to.deep.equal(expected);
    const model = await OpenApiReader.from(`${running.url}/v2/models/tiny/docs/dataplane.json`);
    expect(model.operations.map(({ path: place }) => place)).to.include.members([
      '/v2/models/tiny/infer',
      '/v2/models/tiny/versions/{version}/infer',
    ]);
    const version = await OpenApiReader.from(`${running.url}/v2/models/tiny/versions/1/docs/dataplane.json`);
    expect(version.operations.map(({ path: place }) => place)).to.include('/v2/models/tiny/versions/1/infer');
    for (const reader of [model, version]) {
      expect(reader.operations.every(({ path: place }) => place.startsWith('/v2/models/tiny'))).to.equal(
        true,
      );
      expect(
        reader.operations.flatMap(({ parameters }) => parameters.map(({ name }) => name)),
      ).not.to.include('model');
    }
  });

  it('has no page about a model or a version that is not there', async () => {
    for (const place of ['/v2/models/absent/docs', '/v2/models/tiny/versions/2/docs/dataplane.json']) {
      const answer = await get(place);
      expect(answer.status).to.equal(404);
      expect(await answer.json())
        .to.have.property('error')
        .that.contains('GET /classify');
    }
  });

  it('is linked from the front page', async () => {
    const page: unknown = await (await get('/')).json();
    for (const name of ['docs', 'openapi']) {
      const answer = await fetch(new URL(String(at(page, 'links', name)), running.url));
      expect(answer.status, name).to.equal(200);
    }
  });

  it('serves the .proto files so that a client can compile them', async () => {
    const names = at(await (await get('/protos')).json(), 'files');
    if (!Array.isArray(names)) throw new Error('no list of names');
    const folder = await mkdtemp(path.join(tmpdir(), 'fovea-protos-'));
    try {
      for (const name of names.map(String)) {
        const answer = await get(`/protos/${name}`);
        expect(answer.headers.get('content-type')).to.equal('text/plain; charset=utf-8');
        await mkdir(path.join(folder, path.dirname(name)), { recursive: true });
        await writeFile(path.join(folder, name), await answer.text());
      }
      const entries = ['tensorflow_serving/apis/prediction_service.proto', 'inference/grpc_service.proto'];
      const definitions = loadSync(entries, { includeDirs: [folder] });
      expect(definitions).to.include.keys(
        'tensorflow.serving.PredictionService',
        'inference.GRPCInferenceService',
      );
    } finally {
      await rm(folder, { recursive: true });
    }
    expect((await get(`/protos/${encodeURIComponent(String(names[0]))}`)).status).to.equal(200);
  });

  it('serves no other file from beside them', async () => {
    const { port } = new URL(running.url);
    for (const name of [
      '../load-protos.ts',
      '..%2fload-protos.ts',
      'absent.proto',
      '/etc/passwd',
      'inference',
    ]) {
      const client = new RawClient(Number(port));
      await client.send(`GET /protos/${name} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      await client.untilClosed();
      expect(client.received, name).to.match(/^HTTP\/1\.1 404 /);
    }
  });
});
