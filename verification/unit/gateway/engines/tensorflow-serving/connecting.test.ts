/** A connection that is never made costs nobody all of his time. */
import { Client, credentials } from '@grpc/grpc-js';
import { expect } from 'chai';
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { BackendFault } from '../../../../../gateway/engines/tensorflow-serving/backend-fault.ts';
import { ConnectingAgent } from '../../../../../gateway/engines/tensorflow-serving/connecting-agent.ts';
import { Deadline } from '../../../../../gateway/engines/tensorflow-serving/deadline.ts';
import { unaryCall } from '../../../../../gateway/engines/tensorflow-serving/unary-call.ts';
import { thrownBy } from '../../../../support/thrown-by.ts';

describe('a connection that is never made', () => {
  it('ends an HTTP request with the code of a connection that timed out', async () => {
    const agent = new ConnectingAgent(50);
    const request = http.get({ host: 'nowhere.invalid', agent, lookup: () => undefined });
    const [error]: unknown[] = await once(request, 'error').catch((reason: unknown) => [reason]);
    expect(error).to.have.property('code', 'ETIMEDOUT');
    agent.destroy();
  });

  it('ends a gRPC call as unavailable', async () => {
    const sockets: net.Socket[] = [];
    const silent = net.createServer((socket) => sockets.push(socket.on('error', () => undefined)));
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = silent.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
    const method = {
      path: '/some.Service/Method',
      requestSerialize: () => Buffer.alloc(0),
      responseDeserialize: (bytes: Buffer) => bytes,
    };
    const deadline = new Deadline(30_000);
    const call = { client, method, request: {}, connectMilliseconds: 50 };
    const error = await thrownBy(() => unaryCall(call, deadline));
    expect(error).to.be.instanceOf(BackendFault).with.property('reason', 'unavailable');
    deadline.release();
    client.close();
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
});

describe('a connection that was made', () => {
  it('may stay silent for longer', async () => {
    const agent = new ConnectingAgent(50);
    const server = http.createServer((_, response) => setTimeout(() => response.end('late'), 200));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const request = http.get({ host: '127.0.0.1', port, agent });
    const answers: unknown[] = await once(request, 'response');
    expect(answers[0]).to.be.instanceOf(http.IncomingMessage).with.property('statusCode', 200);
    agent.destroy();
    server.close();
  });
});
