/** The connections to a backend over REST: how many there are, what may come over them and how they end. */
import { expect } from 'chai';
import type net from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { CallerSignal } from '../../../../../gateway/domain/caller-signal.ts';
import { onClientSocket } from '../../../../support/client-sockets.ts';
import { collectGarbage } from '../../../../support/collect-garbage.ts';
import { saying } from '../../../../support/raw-backend.ts';
import { never, restBefore, whole } from '../../../../support/rest-before.ts';
import { thrownBy } from '../../../../support/thrown-by.ts';
import { until } from '../../../../support/until.ts';

describe('the connections to a backend over REST', () => {
  const { facing, sockets, stop } = restBefore();

  it('are as many as there are questions at a time, and no more for those that follow', async () => {
    let held: (() => void)[] = [];
    const asked = await facing((socket) =>
      socket.on('data', () => held.push(() => void socket.write(whole))),
    );
    for (let round = 0; round < 3; round += 1) {
      const answers = Promise.all(Array.from({ length: 200 }, () => asked.ask({ path: '/' }, never)));
      await until(() => held.length === 200);
      for (const release of held) release();
      held = [];
      expect(new Set((await answers).map(({ body }) => body.toString()))).to.deep.equal(new Set(['whole']));
    }
    expect(sockets()).to.have.length(200);
  });

  it('are no more than 256 once a burst is over', async () => {
    const held: (() => void)[] = [];
    const asked = await facing((socket) =>
      socket.on('data', () => held.push(() => void socket.write(whole))),
    );
    const answers = Promise.all(Array.from({ length: 300 }, () => asked.ask({ path: '/' }, never)));
    await until(() => held.length === 300);
    for (const release of held) release();
    await answers;
    await until(() => sockets().filter(({ destroyed }) => !destroyed).length === 256);
  });

  it('stay as they are when a caller has left before the question', async () => {
    const asked = await facing(saying(whole));
    await asked.ask({ path: '/' }, never);
    const fault = await thrownBy(() => asked.ask({ path: '/' }, { ...never, aborted: true }));
    expect(fault).to.include({ reason: 'aborted' });
    await asked.ask({ path: '/' }, never);
    expect(sockets()).to.have.length(1);
  });

  it('are used last in, first out', async () => {
    const perSocket: number[] = [];
    const asked = await facing((socket) => {
      const index = perSocket.push(0) - 1;
      socket.on('data', () => {
        perSocket[index] = (perSocket[index] ?? 0) + 1;
        socket.write(whole);
      });
    });
    await Promise.all([1, 2, 3].map(() => asked.ask({ path: '/' }, never)));
    for (let turn = 0; turn < 10; turn += 1) await asked.ask({ path: '/' }, never);
    expect(perSocket.toSorted((one, other) => one - other)).to.deep.equal([1, 1, 11]);
  });

  const answers: readonly (readonly [string, readonly string[], number])[] = [
    ['a body in pieces', ['HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwh', 'ole'], 1],
    [
      'chunks',
      ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nwh\r\n', '3\r\nole\r\n0\r\n\r\n'],
      1,
    ],
    ['word of what is to come', ['HTTP/1.1 103 Early Hints\r\nLink: </>\r\n\r\n', whole], 1],
    ['word to go on', ['HTTP/1.1 100 Continue\r\n\r\n', whole], 1],
    ['an answer to no question behind it', [`${whole}${whole.replaceAll('whole', 'other')}`], 2],
    [
      'word that the connection is closed within the second',
      [whole.replace('\r\n', '\r\nKeep-Alive: timeout=1\r\n')],
      2,
    ],
    [
      'word that the connection is closed in a minute',
      [whole.replace('\r\n', '\r\nKeep-Alive: timeout=60\r\n')],
      1,
    ],
    ['word that the connection ends', [whole.replace('\r\n', '\r\nConnection: close\r\n')], 2],
    ['the form of HTTP/1.0', [whole.replace('1.1', '1.0')], 2],
    ['a redirection', [whole.replace('200 OK', '302 Found\r\nLocation: /elsewhere')], 1],
  ];
  for (const [title, words, count] of answers) {
    it(`bring an answer with ${title}, and another after it`, async () => {
      const asked = await facing(saying(...words));
      for (let turn = 0; turn < 2; turn += 1) {
        const { body, status } = await asked.ask({ path: '/' }, never);
        expect(body.toString()).to.equal('whole');
        expect(status).to.equal(title === 'a redirection' ? 302 : 200);
      }
      expect(sockets()).to.have.length(count);
    });
  }

  it('bring an answer that ends with its connection', async () => {
    const asked = await facing((socket) =>
      socket.on('data', () => socket.end('HTTP/1.0 200 OK\r\n\r\nwhole')),
    );
    expect((await asked.ask({ path: '/' }, never)).body.toString()).to.equal('whole');
    expect((await asked.ask({ path: '/' }, never)).body.toString()).to.equal('whole');
  });

  it('bring no part of an answer for the whole', async () => {
    const half = 'HTTP/1.0 200 OK\r\n\r\nhalf';
    for (const head of [half, half.replace('\r\n\r\n', '\r\nContent-Length: 5\r\n\r\n')]) {
      const asked = await facing((socket) =>
        socket.on('data', () => socket.write(head, () => setTimeout(() => socket.resetAndDestroy(), 20))),
      );
      const error = await thrownBy(() => asked.ask({ path: '/' }, never));
      expect(error).to.include({ reason: 'failed', isConnectionFailure: true, isWorthRepeating: false });
      stop();
    }
  });

  it('end with an answer that says it is too long, and with one that is', async () => {
    const head = 'HTTP/1.1 200 OK\r\n';
    const chunk = `100\r\n${'x'.repeat(256)}\r\n`;
    for (const words of [
      [`${head}Content-Length: 1001\r\n\r\nx`],
      [`${head}Transfer-Encoding: chunked\r\n\r\n`, chunk, chunk, chunk, chunk],
    ]) {
      const asked = await facing(saying(...words));
      const error = await thrownBy(() => asked.ask({ path: '/' }, never));
      expect(error).to.include({ reason: 'failed', isConnectionFailure: false });
      await until(() => sockets()[0]?.destroyed === true);
      stop();
    }
  });

  it('bring an answer as long as it may be', async () => {
    const asked = await facing(saying(`HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n${'x'.repeat(1000)}`));
    expect((await asked.ask({ path: '/' }, never)).body).to.have.length(1000);
  });

  it('are closed once the backend has said that it will close them at once', async () => {
    const asked = await facing(saying(whole.replace('\r\n', '\r\nKeep-Alive: timeout=1\r\n')));
    await asked.ask({ path: '/' }, never);
    await until(() => sockets()[0]?.destroyed === true);
  });

  it('are closed once it is too late for another question', async () => {
    const asked = await facing(saying(whole.replace('\r\n', '\r\nKeep-Alive: timeout=2\r\n')));
    await asked.ask({ path: '/' }, never);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await asked.ask({ path: '/' }, never);
    expect(sockets()).to.have.length(2);
    await until(() => sockets()[0]?.destroyed === true);
  });

  it('keep nothing of a call while they are idle, and are not kept once they are closed', async () => {
    const asked = await facing(saying(whole));
    const opened: WeakRef<net.Socket>[] = [];
    const callers: WeakRef<CallerSignal>[] = [];
    const ask = (): Promise<unknown> => {
      const caller = { ...never };
      callers.push(new WeakRef(caller));
      return asked.ask({ path: '/' }, caller);
    };
    const living = (held: readonly WeakRef<object>[]): number =>
      held.filter((one) => one.deref() !== undefined).length;
    const stopWatching = onClientSocket((socket) => opened.push(new WeakRef(socket)));
    await Promise.all([ask(), ask(), ask()]);
    await pause(1);
    collectGarbage();
    expect({ sockets: living(opened), callers: living(callers) }).to.deep.equal({ sockets: 3, callers: 0 });
    for (const socket of sockets()) socket.end();
    await until(() => sockets().every(({ destroyed }) => destroyed));
    await ask();
    stopWatching();
    await pause(1);
    collectGarbage();
    expect({ sockets: living(opened), callers: living(callers) }).to.deep.equal({ sockets: 1, callers: 0 });
  });

  it('that were idle when the backend closed them are worth another try, new ones are not', async () => {
    let count = 0;
    const asked = await facing((socket) =>
      socket.on('data', () => {
        count += 1;
        if (count % 2 === 1) socket.write(whole);
        else socket.resetAndDestroy();
      }),
    );
    await asked.ask({ path: '/' }, never);
    const stale = await thrownBy(() => asked.ask({ path: '/' }, never));
    expect(stale).to.include({ reason: 'unavailable', isWorthRepeating: true });
    count += 1;
    const fresh = await thrownBy(() => asked.ask({ path: '/' }, never));
    expect(fresh).to.include({ reason: 'unavailable', isWorthRepeating: false });
  });

  it('end with a call that is given up, and only that one', async () => {
    const held: net.Socket[] = [];
    const asked = await facing((socket) => socket.on('data', () => held.push(socket)));
    const leaving = new AbortController();
    const left = thrownBy(() => asked.ask({ path: '/' }, leaving.signal));
    await until(() => held.length === 1);
    const staying = asked.ask({ path: '/' }, never);
    await until(() => held.length === 2);
    leaving.abort();
    expect(await left).to.include({ reason: 'aborted', isConnectionFailure: false });
    await until(() => held[0]?.destroyed === true);
    held[1]?.write(whole);
    expect((await staying).body.toString()).to.equal('whole');
    expect(await thrownBy(() => asked.ask({ path: '/' }, leaving.signal))).to.include({ reason: 'aborted' });
  });

  it('all end at the end', async () => {
    const asked = await facing((socket) =>
      socket.on('data', (request) => {
        if (request.includes('/idle')) socket.write(whole);
      }),
    );
    const waiting = thrownBy(() => asked.ask({ path: '/waiting' }, never));
    await asked.ask({ path: '/idle' }, never);
    await until(() => sockets().length === 2);
    asked.close();
    expect(await waiting).to.include({ reason: 'unavailable' });
    await until(() => sockets().every((socket) => socket.destroyed));
  });
});
