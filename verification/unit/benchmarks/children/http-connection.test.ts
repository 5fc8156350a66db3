/** The load generator's side of HTTP, against a real server. */
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { expect } from 'chai';
import { completeAnswer, HttpConnection } from '../../../../benchmarks/children/http-connection.ts';
import { pictureRequest, plainRequest } from '../../../../benchmarks/children/http-requests.ts';
import { parseMultipart } from '../../../../gateway/transports/http/multipart.ts';

interface Received {
  readonly line: string;
  readonly type: string;
  readonly body: Buffer;
}

describe('HTTP of the load generator', () => {
  const received: Received[] = [];
  let server: Server;
  let port = 0;

  before(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const line = `${request.method ?? ''} ${request.url ?? ''}`;
        received.push({ line, type: request.headers['content-type'] ?? '', body: Buffer.concat(chunks) });
        const answer = `answer ${received.length}`;
        if (request.url === '/leave') request.socket.destroy();
        else {
          const status = request.url === '/absent' ? 404 : 200;
          response.writeHead(status, { 'Content-Length': answer.length }).end(answer);
        }
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
  });
  beforeEach(() => {
    received.length = 0;
  });
  after(() => {
    server.close();
    server.closeAllConnections();
  });

  it('sends a picture in the form the gateway reads', async () => {
    const connection = await HttpConnection.open(port);
    const picture = Buffer.from([0xff, 0xd8, 0, 1, 2, 0x0d, 0x0a, 0xff, 0xd9]);
    const answer = await connection.exchange(pictureRequest('/classify/some', picture));
    connection.close();
    expect(answer.status).to.equal(200);
    expect(received.map(({ line }) => line)).to.deep.equal(['POST /classify/some']);
    const parts = parseMultipart(received[0]?.body ?? Buffer.alloc(0), received[0]?.type ?? '', 2);
    expect(parts.map(({ name, contentType }) => [name, contentType])).to.deep.equal([
      ['image', 'image/jpeg'],
    ]);
    expect(parts[0]?.bytes.equals(picture)).to.equal(true);
  });

  it('keeps a connection for one request after another', async () => {
    const connection = await HttpConnection.open(port);
    const first = await connection.exchange(plainRequest('/first'));
    const second = await connection.exchange(plainRequest('/absent'));
    connection.close();
    expect(first).to.deep.equal({ status: 200, body: 'answer 1' });
    expect(second).to.deep.equal({ status: 404, body: 'answer 2' });
  });

  it('fails when the server leaves without an answer', async () => {
    const connection = await HttpConnection.open(port);
    let message = 'no error';
    await connection.exchange(plainRequest('/leave')).catch((error: unknown) => {
      message = String(error);
    });
    expect(message).to.match(/closed|ECONNRESET/);
    expect(connection.isOpen).to.equal(false);
  });

  it('fails at once on a connection that was closed meanwhile', async () => {
    const connection = await HttpConnection.open(port);
    await connection.exchange(plainRequest('/first'));
    server.closeAllConnections();
    while (connection.isOpen) await new Promise((resolve) => setImmediate(resolve));
    let message = 'no error';
    await connection.exchange(plainRequest('/second')).catch((error: unknown) => {
      message = String(error);
    });
    expect(message).to.include('connection is closed');
  });

  it('waits for the whole answer', () => {
    const whole = 'HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy';
    for (let length = 0; length < whole.length; length += 1) {
      expect(completeAnswer(whole.slice(0, length)), `${length} characters`).to.equal(undefined);
    }
    expect(completeAnswer(whole)).to.deep.equal({ status: 503, body: 'busy' });
  });
});
