/** The forwarder that the gateway is measured against. */
import { createServer } from 'node:http';
import { expect } from 'chai';
import { HttpConnection } from '../../../../benchmarks/children/http-connection.ts';
import { pictureRequest } from '../../../../benchmarks/children/http-requests.ts';
import { listenLocally, withListener } from '../../../../benchmarks/children/listening.ts';

describe('the bare forwarder', () => {
  it('passes on every byte of a request and of its answer', async () => {
    const received: string[] = [];
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        received.push(`${request.url ?? ''} ${Buffer.concat(chunks).toString('hex')}`);
        response.writeHead(201, { 'Content-Length': 6 }).end('answer');
      });
    });
    const port = await listenLocally(server);
    const request = pictureRequest('/', Buffer.alloc(100_000, 'picture'));
    const body = request.subarray(request.indexOf('\r\n\r\n') + 4).toString('hex');
    await withListener('bare-forwarder', { port, path: '/there' }, async (ports) => {
      const connection = await HttpConnection.open(ports['port'] ?? 0);
      for (let count = 0; count < 2; count += 1) {
        expect(await connection.exchange(request)).to.deep.equal({ status: 201, body: 'answer' });
      }
      connection.close();
    });
    server.close();
    server.closeAllConnections();
    expect(received).to.deep.equal([`/there ${body}`, `/there ${body}`]);
  });
});
