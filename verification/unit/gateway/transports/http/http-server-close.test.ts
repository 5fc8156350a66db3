/** How the HTTP server stops. */
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { FakeEngine, fakeJpeg } from '../../../../support/fake-engine.ts';
import { type GatewayUnderTest, readyGateway } from '../../../../support/gateway-under-test.ts';
import { RawClient } from '../../../../support/raw-client.ts';

const cat = fakeJpeg(286);
const catRequest = Buffer.concat([
  Buffer.from(
    `POST /classify/resnet HTTP/1.1\r\nHost: x\r\nContent-Type: image/jpeg\r\nContent-Length: ${cat.length}\r\n\r\n`,
  ),
  cat,
]);

describe('HttpServer.close', function () {
  this.timeout(20_000);
  let gateway: GatewayUnderTest;
  let port: number;

  const start = async (engine: FakeEngine): Promise<void> => {
    gateway = await readyGateway({ engine });
    ({ port } = await gateway.http.listen({ host: '127.0.0.1', port: 0 }));
  };

  it('lets the request inside finish, takes no new connection, and closes the idle ones', async () => {
    const engine = new FakeEngine();
    await start(engine);
    const idle = new RawClient(port);
    await idle.send('GET /health HTTP/1.1\r\nHost: x\r\n\r\n');
    await idle.until('healthy');
    const silent = new RawClient(port);
    const inside = new RawClient(port);
    const release = engine.hold();
    await inside.send(catRequest);
    await engine.until(() => engine.requests.length === 1);
    const closing = gateway.http.close(60_000);
    await idle.untilClosed();
    await silent.untilClosed();
    const late = new RawClient(port);
    await late.untilClosed();
    expect(late.received).to.equal('');
    release();
    expect(await closing).to.equal(true);
    await inside.untilClosed();
    expect(inside.received).to.match(/^HTTP\/1\.1 200 OK[^]*\{"classes":286\}$/);
    expect(inside.received).to.match(/^connection: close\r$/im);
  });

  it('answers every request that a client had sent ahead, and says on the last answer that it was the last', async () => {
    const engine = new FakeEngine();
    await start(engine);
    const release = engine.hold();
    const inside = new RawClient(port);
    await inside.send(Buffer.concat([catRequest, catRequest]));
    await engine.until(() => engine.requests.length === 2);
    const closing = gateway.http.close(60_000);
    release();
    expect(await closing).to.equal(true);
    await inside.untilClosed();
    expect(inside.received.match(/\{"classes":286\}/g)).to.have.length(2);
    expect(inside.received.match(/^connection: [a-z-]+/gim)).to.deep.equal([
      'Connection: keep-alive',
      'Connection: close',
    ]);
  });

  it('cuts off what is left after the grace period and says so', async () => {
    const engine = new FakeEngine();
    await start(engine);
    const release = engine.hold();
    const inside = new RawClient(port);
    await inside.send(catRequest);
    await engine.until(() => engine.requests.length === 1);
    expect(await gateway.http.close(20)).to.equal(false);
    await engine.until(() => engine.cancelled === 1);
    await inside.untilClosed();
    release();
    expect(inside.received).to.equal('');
  });

  it('refuses what has stopped arriving, and waits for no client that never closes its half', async () => {
    await start(new FakeEngine());
    const half = new RawClient(port);
    await half.send(catRequest.subarray(0, catRequest.byteLength - 4));
    const headOnly = new RawClient(port);
    await headOnly.send('POST /classify/resnet HTTP/1.1\r\nHost: x\r\nContent-Le');
    const next = new RawClient(port);
    await next.send('GET /health HTTP/1.1\r\nHost: x\r\n\r\n');
    await next.until('healthy');
    await next.send('GET /health HTTP/1.1\r\nHo');
    await pause(50);
    expect(await gateway.http.close(60_000)).to.equal(true);
    await Promise.all([half, headOnly, next].map((client) => client.untilClosed()));
    expect(half.received).to.match(/^HTTP\/1\.1 503 [^]*shutting down; the request had not arrived in full/);
    expect(headOnly.received).to.equal('');
  });

  it('lets an upload arrive that goes on, and answers it', async () => {
    await start(new FakeEngine());
    const slow = new RawClient(port);
    await slow.send(catRequest.subarray(0, -4));
    await pause(50);
    const closing = gateway.http.close(60_000);
    for (let left = 4; left > 0; left -= 1) {
      await pause(500);
      await slow.send(catRequest.subarray(catRequest.byteLength - left, catRequest.byteLength - left + 1));
    }
    expect(await closing).to.equal(true);
    await slow.untilClosed();
    expect(slow.received).to.match(/^HTTP\/1\.1 200 OK[^]*\{"classes":286\}$/);
  });

  it('does not blame itself for an upload that never ends', async () => {
    await start(new FakeEngine());
    const dripping = new RawClient(port);
    await dripping.send(catRequest.subarray(0, 150));
    await pause(50);
    expect(await gateway.http.close(200)).to.equal(true);
    await dripping.untilClosed();
  });

  it('does not count the beginning of a request that follows an answer as one inside', async () => {
    await start(new FakeEngine());
    const next = new RawClient(port);
    await next.send('GET /health HTTP/1.1\r\nHost: x\r\n\r\n');
    await next.until('healthy');
    await next.send('GET /health HTTP/1.1\r\nHo');
    await pause(50);
    expect(await gateway.http.close(200)).to.equal(true);
    await next.untilClosed();
  });

  it('is done at once when it never listened', async () => {
    gateway = await readyGateway();
    expect(await gateway.http.close(1000)).to.equal(true);
  });
});
