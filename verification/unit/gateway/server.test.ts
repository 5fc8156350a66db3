/** The server as one piece: when it listens, when it is ready, and in which order it goes down. */
import { once } from 'node:events';
import net from 'node:net';
import { expect } from 'chai';
import request from 'supertest';
import { readConfiguration, type Configuration } from '../../../gateway/configuration.ts';
import { ServingError } from '../../../gateway/domain/errors.ts';
import type { LoadReport } from '../../../gateway/inference/load-report.ts';
import { createServer, type FoveaServer } from '../../../gateway/server.ts';
import { FakeEngine, fakeJpeg } from '../../support/fake-engine.ts';
import { installPictureFixture, type PictureFixture } from '../../support/picture-fixture.ts';
import { RawClient } from '../../support/raw-client.ts';
import { thrownBy } from '../../support/thrown-by.ts';

const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

async function freePort(): Promise<net.AddressInfo> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return address;
}

describe('createServer', function () {
  this.timeout(30_000);
  let fixture: PictureFixture;
  let server: FoveaServer;
  let reports: LoadReport[];

  before(async () => {
    fixture = await installPictureFixture();
  });

  function configurationWith(environment: Readonly<Record<string, string>>): Configuration {
    const outcome = readConfiguration({
      environment: {
        HOST: '127.0.0.1',
        IC_PORT: '0',
        GRPC_PORT: '0',
        MODELS_DIR: fixture.modelsFolder,
        CACHE_DIR: fixture.cacheFolder,
        WORKERS: '1',
        ...environment,
      },
      flags: [],
    });
    if ('faults' in outcome) throw new Error(outcome.faults.join(' '));
    return outcome.configuration;
  }

  async function create(
    environment: Readonly<Record<string, string>> = {},
    engine?: FakeEngine,
  ): Promise<void> {
    reports = [];
    server = await createServer({
      configuration: configurationWith(environment),
      log: silent,
      version: '1.2.3',
      engine,
      onLoaded: (report) => reports.push(report),
    });
  }
  afterEach(() => server.close());

  it('answers that it lives before it loads, and that it is ready afterwards', async () => {
    await create();
    const { http, grpc } = await server.listen();
    expect(http.port).to.be.above(0);
    expect(grpc?.port).to.be.above(0);
    const url = `http://127.0.0.1:${http.port}`;
    expect((await fetch(`${url}/health`)).status).to.equal(200);
    expect((await fetch(`${url}/ready`)).status).to.equal(503);
    await server.load();
    expect(reports.map(({ name, state }) => `${name} ${state}`)).to.include('tiny ready');
    expect((await fetch(`${url}/classify/tiny`)).status).to.not.equal(503);
  });

  it('gives metrics, and nothing else, on a port of their own too', async () => {
    await create({
      PREDICTIVE_UNIT_METRICS_SERVICE_PORT: '0',
      API_KEY: 'secret',
      ROOT_PATH: '/here',
    });
    const { http, metrics } = await server.listen();
    expect(metrics?.port).to.be.above(0).and.not.equal(http.port);
    const ask = (path: string, method = 'GET'): Promise<Response> =>
      fetch(`http://127.0.0.1:${metrics?.port ?? 0}${path}`, { method });
    for (const path of ['/metrics', '/here/metrics']) {
      const answer = await ask(path);
      expect([answer.status, answer.headers.get('content-type')]).to.deep.equal([
        200,
        'text/plain; version=0.0.4; charset=utf-8',
      ]);
      expect(await answer.text()).to.match(/^# TYPE :tensorflow:serving:request_count counter$/m);
    }
    expect((await fetch(`http://127.0.0.1:${http.port}/metrics`)).status).to.equal(200);
    for (const path of ['/', '/health', '/predict', '/v2', '/docs', '/monitoring/prometheus/metrics']) {
      const answer = await ask(path);
      expect([answer.status, await answer.json()], path).to.deep.equal([
        404,
        { error: 'This port has nothing but /metrics.' },
      ]);
    }
    expect((await ask('/metrics', 'POST')).status).to.equal(405);
    expect(await server.close()).to.equal(true);
    await thrownBy(() => ask('/metrics'));
  });

  it('has one port for everything when that is the port of the metrics too', async () => {
    const { port } = await freePort();
    await create({ IC_PORT: String(port), METRICS_PORT: String(port) });
    expect(await server.listen()).to.have.property('metrics', undefined);
  });

  it('says which port of the metrics is taken, and can be closed', async () => {
    const other = net.createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as net.AddressInfo;
    await create({ METRICS_PORT: String(port) });
    expect(await thrownBy(() => server.listen())).to.include({ code: 'EADDRINUSE', port });
    other.close();
  });

  it('offers its listener to other frameworks without a port', async () => {
    await create();
    await server.load();
    const [picture] = fixture.pictures;
    const answer = await request(server.handler)
      .post('/classify/tiny')
      .attach('image', Buffer.from(picture?.bytes ?? []), 'picture.jpg');
    expect(answer.body).to.deep.equal({ classes: picture?.class });
  });

  it('calls off the load of its models when it is closed, and reports none of them as faulty', async () => {
    await create();
    await server.listen();
    const loading = server.load();
    expect(await server.close()).to.equal(true);
    await loading;
    expect(reports.filter(({ state }) => state === 'failed')).to.deep.equal([]);
    const fault = await thrownBy(() => server.models.registry.resolve('tiny'));
    expect(fault).to.be.instanceOf(ServingError).and.have.property('kind', 'model-not-ready');
  });

  it('is done with its models too when it says that it could not finish what was inside', async () => {
    const engine = new FakeEngine();
    await create({ SHUTDOWN_GRACE_SECONDS: '0' }, engine);
    const {
      http: { port },
    } = await server.listen();
    await server.load();
    engine.hold();
    const client = new RawClient(port);
    const picture = fakeJpeg(1);
    const length = `Content-Length: ${picture.byteLength}`;
    await client.send(
      `POST /classify/tiny HTTP/1.1\r\nHost: x\r\nContent-Type: image/jpeg\r\n${length}\r\n\r\n`,
    );
    await client.send(picture);
    await engine.until(() => engine.requests.length === 1);
    expect(await server.close()).to.equal(false);
    await client.untilClosed();
    expect(client.received).to.equal('');
    expect(server.models.registry.readiness().ready).to.equal(false);
  });
});
