/** What the log says of requests, above all of those whose client did not wait for the answer. */
import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import { FakeEngine, fakeJpeg } from '../../../../support/fake-engine.ts';
import {
  type GatewayOptions,
  type GatewayUnderTest,
  type LogLine,
  readyGateway,
} from '../../../../support/gateway-under-test.ts';
import { RawClient } from '../../../../support/raw-client.ts';

const cat = fakeJpeg(286);

function head(headers: Readonly<Record<string, string | number>>): string {
  const lines = Object.entries({ Host: 'x', ...headers }).map(([name, value]) => `${name}: ${value}`);
  return `POST /classify/resnet?top=1 HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
}

const catHead = head({ 'Content-Type': 'image/jpeg', 'Content-Length': cat.length });

describe('the access log', () => {
  let gateway: GatewayUnderTest;

  const start = async (options: GatewayOptions = {}): Promise<RawClient> => {
    gateway = await readyGateway(options);
    const { port } = await gateway.http.listen({ host: '127.0.0.1', port: 0 });
    return new RawClient(port);
  };
  /** Every line of the log once the last connection has gone. */
  const lines = async (): Promise<readonly LogLine[]> => {
    await gateway.http.close(5000);
    // The system takes a turn or two to close a connection for good, which is when its requests end.
    do await setImmediate();
    while (gateway.logged.length === 0);
    await setImmediate();
    return gateway.logged;
  };
  afterEach(() => gateway.http.close(0));

  const departures = { 'closes the connection': 'leave', 'resets the connection': 'reset' } as const;
  for (const [title, way] of Object.entries(departures)) {
    it(`has one quiet line with 499 when the client ${title} before its answer`, async () => {
      const engine = new FakeEngine();
      const client = await start({ engine });
      const release = engine.hold();
      await client.send(Buffer.concat([Buffer.from(catHead), cat]));
      await engine.until(() => engine.requests.length === 1);
      client[way]();
      await engine.until(() => engine.cancelled === 1);
      release();
      const [line, ...others] = await lines();
      expect(others).to.deep.equal([]);
      expect(line?.level).to.equal('info');
      expect(line?.sentence).to.equal('POST /classify/resnet 499');
      expect(line?.fields).to.include({ status: 499, clientLeft: true });
      expect(line?.fields).to.not.have.property('error');
    });

    for (const type of ['image/jpeg', 'application/json']) {
      it(`and when it ${title} in the middle of its upload of ${type}`, async () => {
        const client = await start();
        await client.send(head({ 'Content-Type': type, 'Content-Length': 1000, Expect: '100-continue' }));
        await client.until('100 Continue');
        await client.send('{"');
        client[way]();
        await client.untilClosed();
        const logged = await lines();
        expect(logged.map(({ level, fields }) => [level, fields['status'], fields['error']])).to.deep.equal([
          ['info', 499, undefined],
        ]);
      });
    }
  }

  it('keeps the status of an answer that has left', async () => {
    const client = await start();
    await client.send(Buffer.concat([Buffer.from(catHead), cat]));
    await client.until('"classes":286');
    client.reset();
    await client.untilClosed();
    const [line] = await lines();
    expect(line?.fields).to.include({ status: 200 });
    expect(line?.fields).to.not.have.property('clientLeft');
  });

  it('is all there is to say of a client’s own mistake, also when one of several pictures is at fault', async () => {
    const client = await start();
    const part = 'Content-Disposition: form-data; name="image"; filename="x"';
    const form = `--b\r\n${part}\r\n\r\ncat\r\n--b\r\n${part}\r\n\r\ndog\r\n--b--`;
    const headers = { 'Content-Type': 'multipart/form-data; boundary=b', 'Content-Length': form.length };
    await client.send(head(headers) + form);
    await client.until('picture 1 of 2');
    client.leave();
    const logged = await lines();
    expect(logged.map(({ level, fields }) => [level, fields['status']])).to.deep.equal([['info', 400]]);
  });

  it('says 408 of an upload that took too long, since that is what its client was told', async () => {
    const httpServer = { requestTimeoutMilliseconds: 50, headersTimeoutMilliseconds: 50 };
    const client = await start({ httpServer });
    await client.send(
      `${head({ 'Content-Type': 'image/jpeg', 'Content-Length': 1000, 'X-Request-Id': 'slow' })}x`,
    );
    await client.untilClosed();
    expect(client.received).to.match(/^HTTP\/1\.1 408 [^]*x-request-id: slow[^]*"error":"The request took/i);
    const logged = await lines();
    expect(logged.map(({ fields }) => [fields['requestId'], fields['status']])).to.deep.equal([
      ['slow', 408],
    ]);
  });

  it('says 400 of an upload that stops being HTTP in the middle', async () => {
    const client = await start();
    await client.send(
      `${head({ 'Content-Type': 'image/jpeg', 'Transfer-Encoding': 'chunked' })}1\r\nx\r\nno length\r\n`,
    );
    await client.untilClosed();
    expect(client.received).to.match(/^HTTP\/1\.1 400 [^]*\{"error":"The request is not valid HTTP\."\}$/);
    const logged = await lines();
    expect(logged.map(({ level, fields }) => [level, fields['status']])).to.deep.equal([['info', 400]]);
  });
});
