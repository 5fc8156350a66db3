/** What happens on the wire: refused uploads, clients that leave, slow ones, and shutting down. */
import { expect } from 'chai';
import { FakeEngine, fakeJpeg } from '../../../../support/fake-engine.ts';
import {
  type GatewayOptions,
  type GatewayUnderTest,
  readyGateway,
} from '../../../../support/gateway-under-test.ts';
import { RawClient } from '../../../../support/raw-client.ts';

const MEBIBYTE = 1024 * 1024;
const cat = fakeJpeg(286);

function head(headers: Readonly<Record<string, string | number>>): string {
  const lines = Object.entries({ Host: 'x', ...headers }).map(([name, value]) => `${name}: ${value}`);
  return `POST /classify/resnet HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
}

const catRequest = Buffer.concat([
  Buffer.from(head({ 'Content-Type': 'image/jpeg', 'Content-Length': cat.length })),
  cat,
]);

describe('HttpServer', () => {
  let gateway: GatewayUnderTest;
  let port: number;

  const start = async (options: GatewayOptions = {}): Promise<void> => {
    gateway = await readyGateway(options);
    ({ port } = await gateway.http.listen({ host: '127.0.0.1', port: 0 }));
  };
  afterEach(() => gateway.http.close(0));

  describe('refuses an upload beyond the limit', () => {
    for (const type of ['image/jpeg', 'multipart/form-data; boundary=x', 'application/json']) {
      it(`by its declared length, before reading: ${type}`, async () => {
        await start({ maxUploadBytes: MEBIBYTE });
        const client = new RawClient(port);
        await client.send(head({ 'Content-Type': type, 'Content-Length': 10 * MEBIBYTE }));
        await client.until('}');
        expect(client.received).to.match(/^HTTP\/1\.1 413 /);
        expect(client.received).to.match(/connection: close/i);
        expect(client.received).to.match(
          /"error":"The upload is larger than the limit of 1048576 bytes \(1 MiB\)\."/,
        );
      });

      it(`in chunks of undeclared length, and stops reading: ${type}`, async () => {
        await start({ maxUploadBytes: MEBIBYTE });
        const client = new RawClient(port);
        await client.send(head({ 'Content-Type': type, 'Transfer-Encoding': 'chunked' }));
        const piece = Buffer.from(`10000\r\n${'1'.repeat(65536)}\r\n`);
        await client.send(Buffer.from('1\r\n[\r\n'));
        let sent = 0;
        while (!client.isClosed && sent < 256 * MEBIBYTE) {
          await client.send(piece);
          sent += piece.length;
        }
        await client.untilClosed();
        expect(client.received).to.match(/^HTTP\/1\.1 413 /);
        expect(client.received).to.contain('limit of 1048576 bytes');
        // The limit, the farewell, and what the buffers of both sockets hold.
        expect(client.bytesSent).to.be.below(24 * MEBIBYTE);
      });
    }

    it('while it is being sent, and lets the answer through', async () => {
      await start({ maxUploadBytes: MEBIBYTE });
      const client = new RawClient(port);
      await client.send(head({ 'Content-Type': 'image/jpeg', 'Content-Length': 256 * MEBIBYTE }));
      const piece = Buffer.alloc(MEBIBYTE);
      for (let sent = 0; sent < 256 && !client.isClosed; sent += 1) await client.send(piece);
      await client.untilClosed();
      expect(client.received).to.match(/^HTTP\/1\.1 413 [^]*\}$/);
      expect(client.bytesSent).to.be.below(24 * MEBIBYTE);
    });

    it('without ever asking for it from a client that asks first', async () => {
      await start({ maxUploadBytes: MEBIBYTE });
      const client = new RawClient(port);
      await client.send(
        head({ 'Content-Type': 'image/jpeg', 'Content-Length': 10 * MEBIBYTE, Expect: '100-continue' }),
      );
      await client.untilClosed();
      expect(client.received).to.match(/^HTTP\/1\.1 413 /);
    });

    it('for a model that does not exist as well', async () => {
      await start();
      const client = new RawClient(port);
      await client.send(
        head({ 'Content-Type': 'image/jpeg', 'Content-Length': 10 * MEBIBYTE }).replace('resnet', 'other'),
      );
      await client.until('}');
      expect(client.received).to.match(/^HTTP\/1\.1 404 /);
      await client.untilClosed();
    });
  });

  it('asks a client that asks first to go on once somebody reads', async () => {
    await start();
    const client = new RawClient(port);
    await client.send(
      head({ 'Content-Type': 'image/jpeg', 'Content-Length': cat.length, Expect: '100-continue' }),
    );
    await client.until('100 Continue');
    await client.send(cat);
    await client.until('{"classes":286}');
    expect(client.received).to.match(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/);
    client.leave();
  });

  it('reads a body that arrives byte by byte, in one memory', async () => {
    await start();
    const client = new RawClient(port);
    await client.send(head({ 'Content-Type': 'image/jpeg', 'Transfer-Encoding': 'chunked' }));
    for (const byte of cat)
      await client.send(Buffer.concat([Buffer.from('1\r\n'), Buffer.from([byte]), Buffer.from('\r\n')]));
    await client.send('0\r\n\r\n');
    await client.until('}');
    expect(client.received).to.contain('{"classes":286}');
    client.leave();
  });

  it('refuses JSON in crumbs', async () => {
    await start();
    const client = new RawClient(port);
    await client.send(head({ 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' }));
    await client.send('1\r\n \r\n'.repeat(20_000));
    await client.until('}');
    expect(client.received).to.match(/^HTTP\/1\.1 400 [^]*pieces of a few bytes/);
    await client.untilClosed();
  });

  it('answers several requests on one connection, also after a refusal whose body was read', async () => {
    await start();
    const client = new RawClient(port);
    const bad = Buffer.from(`${head({ 'Content-Type': 'image/jpeg', 'Content-Length': 5 })}hello`);
    await client.send(Buffer.concat([catRequest, bad, catRequest]));
    await client.until('{"classes":286}', 2);
    expect(client.received.match(/HTTP\/1\.1 \d+/g)).to.deep.equal([
      'HTTP/1.1 200',
      'HTTP/1.1 400',
      'HTTP/1.1 200',
    ]);
    client.leave();
  }).timeout(5000);

  it('aborts the inference when the client leaves', async () => {
    const engine = new FakeEngine();
    await start({ engine });
    const release = engine.hold();
    const client = new RawClient(port);
    await client.send(catRequest);
    await engine.until(() => engine.requests.length === 1);
    client.leave();
    await engine.until(() => engine.cancelled === 1);
    release();
    expect(engine.cancelled).to.equal(1);
  });

  it('does not abort an inference that has been answered', async () => {
    const engine = new FakeEngine();
    await start({ engine });
    const client = new RawClient(port);
    await client.send(catRequest);
    await client.until('{"classes":286}');
    client.leave();
    await client.untilClosed();
    await gateway.http.close(1000);
    expect(engine.cancelled).to.equal(0);
  });

  it('survives a client that leaves in the middle of its upload', async () => {
    await start();
    for (const type of ['image/jpeg', 'multipart/form-data; boundary=x', 'application/json']) {
      const client = new RawClient(port);
      await client.send(`${head({ 'Content-Type': type, 'Content-Length': 1000 })}{"`);
      client.leave();
      await client.untilClosed();
    }
    const next = new RawClient(port);
    await next.send(catRequest);
    await next.until('{"classes":286}');
    next.leave();
    await gateway.http.close(1000);
    expect(gateway.logged.filter(({ level }) => level === 'error')).to.deep.equal([]);
    expect(gateway.logged.filter(({ fields }) => fields['status'] === 200)).to.have.length(1);
  });

  it('cuts off an upload that takes too long', async () => {
    await start({ httpServer: { requestTimeoutMilliseconds: 50, headersTimeoutMilliseconds: 50 } });
    const client = new RawClient(port);
    await client.send(`${head({ 'Content-Type': 'image/jpeg', 'Content-Length': 1000 })}x`);
    await client.untilClosed();
    expect(client.received).to.match(/^HTTP\/1\.1 408 [^]*"error":"The request took too long to arrive\."/);
  }).timeout(10_000);

  it('answers what is not HTTP in JSON', async () => {
    await start();
    const nonsense = new RawClient(port);
    await nonsense.send('GARBAGE\r\n\r\n');
    await nonsense.untilClosed();
    expect(nonsense.received).to.match(/^HTTP\/1\.1 400 [^]*\{"error":"The request is not valid HTTP\."\}$/);
    const long = new RawClient(port);
    await long.send(`GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(40_000)}\r\n\r\n`);
    await long.untilClosed();
    expect(long.received).to.match(/^HTTP\/1\.1 431 /);
  });

  it('says when the port is taken', async () => {
    await start();
    const other = await readyGateway();
    const fault: unknown = await other.http
      .listen({ host: '127.0.0.1', port })
      .catch((error: unknown) => error);
    expect(fault).to.have.property('code', 'EADDRINUSE');
  });
});
