/** A connection that is never made costs nobody all of his time. */
import { expect } from 'chai';
import net from 'node:net';
import { BackendFault } from '../../../../../gateway/engines/tensorflow-serving/backend-fault.ts';
import { RestConnections } from '../../../../../gateway/engines/tensorflow-serving/rest-connections.ts';
import { rawBackend, saying } from '../../../../support/raw-backend.ts';
import { thrownBy } from '../../../../support/thrown-by.ts';

describe('a connection that is never made', () => {
  const address = { host: 'nowhere.invalid', port: 80, lookup: () => undefined };

  it('ends an HTTP request as unavailable', async () => {
    const connections = new RestConnections({ address, connectMilliseconds: 50, largestAnswerBytes: 1 });
    const error = await thrownBy(() => connections.ask({ path: '/' }, new AbortController().signal));
    expect(error).to.be.instanceOf(BackendFault).with.property('reason', 'unavailable');
    expect(error).to.have.property('message').that.includes('ETIMEDOUT');
  });

  it('ends an HTTP request that is given up at once', async () => {
    const connections = new RestConnections({ address, connectMilliseconds: 60_000, largestAnswerBytes: 1 });
    const leaving = new AbortController();
    const left = thrownBy(() => connections.ask({ path: '/' }, leaving.signal));
    leaving.abort();
    expect(await left).to.have.property('reason', 'aborted');
  });
});

/** Of whatever lives, how many wait for a time. */
const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;

describe('the time for a connection', () => {
  const limits = { connectMilliseconds: 60_000, largestAnswerBytes: 1000 };

  it('holds nobody up once the connection is made, refused or given up', async () => {
    const backend = await rawBackend(saying('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'));
    const before = timers();
    const made = new RestConnections({ address: backend.address, ...limits });
    await made.ask({ path: '/' }, new AbortController().signal);
    expect(timers(), 'made').to.be.at.most(before);
    made.close();
    backend.stop();
    const refused = new RestConnections({ address: backend.address, ...limits });
    const error = await thrownBy(() => refused.ask({ path: '/' }, new AbortController().signal));
    expect(error).to.have.property('message').that.includes('ECONNREFUSED');
    expect(timers(), 'refused').to.be.at.most(before);
    const address = { host: 'nowhere.invalid', port: 80, lookup: () => undefined };
    const leaving = new AbortController();
    const left = new RestConnections({ address, ...limits });
    const leftFault = thrownBy(() => left.ask({ path: '/' }, leaving.signal));
    leaving.abort();
    await leftFault;
    // Its end is told a turn of the event loop later.
    while (timers() > before) await new Promise((resolve) => setImmediate(resolve));
  });
});

describe('a connection that was made', () => {
  const whole = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate';

  it('may stay silent for longer', async () => {
    const backend = await rawBackend((socket) =>
      socket.on('data', () => setTimeout(() => socket.write(whole), 200)),
    );
    const limits = { connectMilliseconds: 50, largestAnswerBytes: 1000 };
    const connections = new RestConnections({ address: backend.address, ...limits });
    const { body } = await connections.ask({ path: '/' }, new AbortController().signal);
    expect(body.toString()).to.equal('late');
    connections.close();
    backend.stop();
  });

  it('is one to whichever address of a name answers', async () => {
    const backend = await rawBackend(saying(whole));
    const { port } = backend.address;
    const found = ['::1', '127.0.0.1'].map((one) => ({ address: one, family: net.isIP(one) }));
    const lookup: net.LookupFunction = (_, __, callback) => {
      callback(null, found);
    };
    const limits = { connectMilliseconds: 5000, largestAnswerBytes: 1000 };
    const address = { host: 'two.invalid', port, lookup };
    const connections = new RestConnections({ address, ...limits });
    const { body } = await connections.ask({ path: '/' }, new AbortController().signal);
    expect(body.toString()).to.equal('late');
    connections.close();
    backend.stop();
  });
});
