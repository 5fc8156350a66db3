/** The bound on the memory that all uploads take together. */
import { expect } from 'chai';
import { UploadBudget } from '../../../../../gateway/transports/http/upload-budget.ts';
import { FakeEngine, fakeJpeg } from '../../../../support/fake-engine.ts';
import { type GatewayUnderTest, readyGateway } from '../../../../support/gateway-under-test.ts';
import { RawClient } from '../../../../support/raw-client.ts';

describe('UploadBudget', () => {
  it('refuses the bytes that go beyond it, whoever sends them, and takes them once others have gone', () => {
    const budget = new UploadBudget(100);
    const [first, second] = [budget.open(), budget.open()];
    first.take(60);
    second.take(40);
    expect(second.take(1)).to.include({ kind: 'overloaded', retryAfterSeconds: 1 });
    first.release();
    expect(second.take(60)).to.equal(undefined);
  });

  it('is given back once, however often a share is released', () => {
    const budget = new UploadBudget(100);
    const [first, second] = [budget.open(), budget.open()];
    first.take(50);
    second.take(50);
    first.release();
    first.release();
    budget.open().take(50);
    expect(second.take(1)).to.have.property('kind', 'overloaded');
  });

  it('does not take what it refuses', () => {
    const budget = new UploadBudget(100);
    expect(budget.open().take(101)).to.have.property('kind', 'overloaded');
    expect(budget.open().take(100)).to.equal(undefined);
  });
});

describe('uploads beyond the memory for all of them', () => {
  const KIBIBYTE = 1024;
  let gateway: GatewayUnderTest;
  let port: number;

  const start = async (engine = new FakeEngine()): Promise<void> => {
    gateway = await readyGateway({ engine, maxUploadBytes: 64 * KIBIBYTE, maxBytesInFlight: 100 * KIBIBYTE });
    ({ port } = await gateway.http.listen({ host: '127.0.0.1', port: 0 }));
  };
  afterEach(() => gateway.http.close(0));

  /** A client that has sent so much of its upload, and what it sends to finish. */
  const sending = async (type: string, sent: Buffer, whole: number): Promise<RawClient> => {
    const client = new RawClient(port);
    const headers = `Host: x\r\nContent-Type: ${type}\r\nContent-Length: ${whole}`;
    await client.send(`POST /classify/resnet HTTP/1.1\r\n${headers}\r\nExpect: 100-continue\r\n\r\n`);
    await client.until('100 Continue');
    await client.send(sent);
    return client;
  };
  const classes = /HTTP\/1\.1 200 [^]*\{"classes":286\}$/;
  const refused = /HTTP\/1\.1 429 [^]*retry-after: 1\r\n[^]*\{"error":"Too many uploads [^"]*"\}$/i;
  const cat = fakeJpeg(286, { width: 8, height: 8 }, 60 * KIBIBYTE);
  const most = cat.subarray(0, 59 * KIBIBYTE);
  const rest = cat.subarray(59 * KIBIBYTE);
  const json = Buffer.from(JSON.stringify({ image: cat.toString('base64') }));

  for (const [type, body] of Object.entries({ 'image/jpeg': cat, 'application/json': json })) {
    it(`answers 429 to the one that is too much, and lets the others finish: ${type}`, async () => {
      await start();
      const first = await sending('image/jpeg', most, cat.length);
      const second = await sending(type, body.subarray(0, -1), body.length);
      await second.until('}');
      expect(second.received).to.match(refused);
      await first.send(rest);
      await first.until('}');
      expect(first.received).to.match(classes);
      const third = await sending(type, body, body.length);
      await third.until('}');
      expect(third.received).to.match(classes);
      for (const client of [first, third]) client.leave();
    });
  }

  it('counts an upload until it is answered, or its client gone', async () => {
    const engine = new FakeEngine();
    await start(engine);
    const release = engine.hold();
    const waiting = await sending('image/jpeg', cat, cat.length);
    await engine.until(() => engine.requests.length === 1);
    const second = await sending('image/jpeg', most, cat.length);
    await second.until('}');
    expect(second.received).to.match(refused);
    waiting.leave();
    await engine.until(() => engine.cancelled === 1);
    release();
    const third = await sending('image/jpeg', cat, cat.length);
    await third.until('}');
    expect(third.received).to.match(classes);
    third.leave();
  });
});
