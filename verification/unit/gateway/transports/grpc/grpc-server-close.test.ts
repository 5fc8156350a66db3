/** How the gRPC server stops in front of clients that never close their half of anything. */
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { EchoServer, echoPath } from '../../../../support/echo-server.ts';
import { HalfOpenClient } from '../../../../support/half-open-client.ts';
import { StreamServer, streamPath } from '../../../../support/stream-server.ts';

const aMinute = 60_000;

describe('GrpcServer.close', function () {
  this.timeout(5000);
  let echo: EchoServer;
  let client: HalfOpenClient;
  beforeEach(async () => {
    echo = new EchoServer();
    await echo.start();
    client = new HalfOpenClient(echo.port);
  });
  afterEach(async () => {
    client.leave();
    await echo.stop();
  });

  it('does not wait for a connection that says nothing', async () => {
    await pause(50);
    expect(await echo.server.close(aMinute)).to.equal(true);
    await client.untilReset();
  });

  it('does not wait for a session without calls', async () => {
    await client.greet();
    expect(await echo.server.close(aMinute)).to.equal(true);
    await client.untilReset();
  });

  for (const [what, bytes] of [
    ['without a message', 0],
    ['with half a message', 7],
    ['with a message but no end', 99],
  ] as const) {
    it(`tells a call ${what} that the server is shutting down, and does not wait for it`, async () => {
      await client.greet();
      await client.begin(echoPath);
      if (bytes > 0) await client.say('hello', { bytes });
      await pause(50);
      const closing = echo.server.close(aMinute);
      await client.untilEnded();
      expect(await closing).to.equal(true);
      await client.untilReset();
    });
  }

  it('answers a whole call, and then waits no longer for its client', async () => {
    const inside = echo.holdNext();
    await client.greet();
    await client.begin(echoPath);
    await client.say('hello', { isLast: true });
    const release = await inside;
    await client.begin(echoPath, { stream: 3 });
    await pause(50);
    const closing = echo.server.close(aMinute);
    await client.untilEnded(3);
    expect(client.received).not.to.include('hello');
    release();
    expect(await closing).to.equal(true);
    expect(client.received).to.include('hello');
    await client.untilReset();
  });

  it('cuts off a client that reads its answer too late, and says so', async () => {
    await echo.server.close(0);
    echo = new EchoServer({ maxMessageBytes: 10_000_000 });
    await echo.start();
    const late = new HalfOpenClient(echo.port);
    echo.answer = async () => Buffer.alloc(1_000_000);
    await late.greet();
    await late.begin(echoPath);
    await late.say('hello', { isLast: true });
    // As much as the window of HTTP/2 lets through without a word of the client.
    while (late.received.length < 65_000) await pause(5);
    expect(await echo.server.close(50)).to.equal(false);
    await late.untilReset();
  });

  it('answers what is inside of a stream, ends it, and waits for no more of it', async () => {
    const server = new StreamServer();
    await server.start();
    const talking = new HalfOpenClient(server.port);
    await talking.greet();
    await talking.begin(streamPath);
    await talking.say('hello');
    await talking.until('hello');
    let release: (() => void) | undefined;
    server.answer = () =>
      new Promise((resolve) => {
        release = () => {
          resolve('late');
        };
      });
    await talking.say('again');
    await talking.say('half', { bytes: 7 });
    while (release === undefined) await pause(5);
    const closing = server.server.close(aMinute);
    release();
    expect(await closing).to.equal(true);
    expect([talking.received.includes('late'), talking.hasEnded()]).to.deep.equal([true, true]);
    await talking.untilReset();
    await server.stop();
  });
});
