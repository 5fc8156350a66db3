/** A question over REST leaves as it was planned, over a connection that is worth it, and gets no answer but its own. */
import { expect } from 'chai';
import type net from 'node:net';
import { RestConnections } from '../../../../../gateway/engines/tensorflow-serving/rest-connections.ts';
import { onClientSocket } from '../../../../support/client-sockets.ts';
import { rawBackend, saying } from '../../../../support/raw-backend.ts';
import { never, restBefore, whole } from '../../../../support/rest-before.ts';
import { thrownBy } from '../../../../support/thrown-by.ts';
import { until } from '../../../../support/until.ts';

describe('questions to a backend over REST', () => {
  const { facing, sockets, port } = restBefore();

  it('get no answer that came before the question', async () => {
    const asked = await facing(saying(whole));
    const stray = whole.replace('whole', 'stray');
    await asked.ask({ path: '/' }, never);
    sockets()[0]?.write(stray);
    await until(() => sockets()[0]?.destroyed === true);
    expect((await asked.ask({ path: '/' }, never)).body.toString()).to.equal('whole');
    const fault = await new Promise<unknown>((resolve) => {
      // In a timer, after which the event loop looks at the connections.
      setTimeout(() => {
        sockets()[1]?.write(stray);
        resolve(thrownBy(() => asked.ask({ path: '/' }, never)));
      }, 1);
    });
    expect(fault).to.include({ reason: 'unavailable', isWorthRepeating: true });
    expect((await asked.ask({ path: '/' }, never)).body.toString()).to.equal('whole');
    expect(sockets()).to.have.length(3);
  });

  it('do not go over a connection that the backend has closed', async () => {
    const asked = await facing(saying(whole));
    await asked.ask({ path: '/' }, never);
    sockets()[0]?.end();
    await until(() => sockets()[0]?.destroyed === true);
    expect((await asked.ask({ path: '/' }, never)).body.toString()).to.equal('whole');
  });

  it('are not given up with those before them', async () => {
    const held: net.Socket[] = [];
    const asked = await facing((socket) => socket.on('data', () => held.push(socket)));
    const leaving = new AbortController();
    const first = asked.ask({ path: '/' }, leaving.signal);
    await until(() => held.length === 1);
    held[0]?.write(whole);
    await first;
    const second = asked.ask({ path: '/' }, never);
    await until(() => held.length === 2);
    leaving.abort();
    held[1]?.write(whole);
    expect((await second).body.toString()).to.equal('whole');
    expect(sockets()).to.have.length(1);
  });

  it('are not written any more once they are given up', async () => {
    const asked = await facing(saying(whole));
    await asked.ask({ path: '/' }, never);
    const leaving = new AbortController();
    let written = 0;
    const body = { byteLength: 1, write: (): void => void (written += 1) };
    const left = thrownBy(() => asked.ask({ path: '/', body }, leaving.signal));
    leaving.abort();
    expect(await left).to.include({ reason: 'aborted' });
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    expect(written).to.equal(0);
  });

  it('are written into the memory of those that were answered, and of no others', async () => {
    const asked = await facing((socket) =>
      socket.on('data', (bytes: Buffer) => {
        if (bytes.includes('/answered')) socket.write(whole);
        else if (bytes.includes('/broken')) socket.resetAndDestroy();
      }),
    );
    const memory: ArrayBufferLike[] = [];
    const body = {
      byteLength: 20_000,
      write: (target: Buffer): void => {
        memory.push(target.buffer);
        target.fill('x');
      },
    };
    for (const path of ['/answered', '/answered', '/broken', '/answered'])
      await thrownBy(() => asked.ask({ path, body }, never));
    const [first, ...others] = memory;
    expect(others.map((one) => one === first)).to.deep.equal([true, true, false]);
  });

  it('that cannot be written fail alone, and what has left of them is followed by nothing', async () => {
    const asked = await facing(saying(whole));
    const body = {
      byteLength: 100,
      write: (_: Buffer, whenReady?: (bytes: number) => void): void => {
        whenReady?.(10);
        throw new RangeError('no memory');
      },
    };
    for (const turn of ['over a new connection', 'over one that was used']) {
      expect(await thrownBy(() => asked.ask({ path: '/', body }, never)), turn).to.include({
        reason: 'failed',
        isConnectionFailure: false,
      });
      expect((await asked.ask({ path: '/' }, never)).body.toString(), turn).to.equal('whole');
    }
  });

  it('fail alone when their answer cannot be kept', async () => {
    const server = await rawBackend(
      saying('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n'),
    );
    // No memory can be made of such a size.
    const options = { address: server.address, connectMilliseconds: 5000, largestAnswerBytes: NaN };
    const asked = new RestConnections(options);
    for (const turn of [1, 2])
      expect(await thrownBy(() => asked.ask({ path: '/' }, never)), `${turn}`).to.include({
        reason: 'failed',
        isConnectionFailure: false,
      });
    asked.close();
    server.stop();
  });

  it('are under way as soon as their beginning is ready', async () => {
    const clients: net.Socket[] = [];
    const stop = onClientSocket((socket) => clients.push(socket));
    const asked = await facing(saying(whole));
    await asked.ask({ path: '/' }, never);
    stop();
    const written = (): number => clients[0]?.bytesWritten ?? NaN;
    let early = 0;
    const write = (target: Buffer, whenReady?: (bytes: number) => void): void => {
      const before = written();
      target.fill('x');
      whenReady?.(50_000);
      early = written() - before;
    };
    await asked.ask({ path: '/', body: { byteLength: 100_000, write } }, never);
    expect(clients).to.have.length(1);
    expect(early).to.be.within(50_000, 51_000);
  });

  it('leave as they were planned, in one piece or two', async () => {
    const received: Buffer[] = [];
    const asked = await facing((socket) =>
      socket.on('data', (bytes: Buffer) => {
        received.push(bytes);
        if (bytes.includes('END')) socket.write(whole);
      }),
    );
    for (const early of [0, 1, 150_000]) {
      received.length = 0;
      const text = `${'x'.repeat(200_000)}END`;
      const write = (target: Buffer, whenReady?: (bytes: number) => void): void => {
        target.write(text.slice(0, early));
        if (early > 0) whenReady?.(early);
        target.write(text.slice(early), early);
      };
      await asked.ask({ path: '/v1', body: { byteLength: text.length, write } }, never);
      const [head = '', ...bodies] = Buffer.concat(received).toString('latin1').split('\r\n\r\n');
      expect(bodies.join() === text, `${early} bytes early`).to.equal(true);
      expect(head.split('\r\n')).to.deep.equal([
        'POST /v1 HTTP/1.1',
        `Host: 127.0.0.1:${port()}`,
        'Connection: keep-alive',
        'Accept-Encoding: identity',
        'Content-Type: application/json',
        `Content-Length: ${text.length}`,
      ]);
    }
    expect(sockets()).to.have.length(1);
  });
});
