/** Process that reads the body of every HTTP request into memory and answers a constant, as plainly as Node.js can. */
import { createServer } from 'node:http';
import { answerRequests, textOf, type Request } from './answer-requests.ts';
import { listenLocally } from './listening.ts';

const longIdleMilliseconds = 600_000;

async function open(request: Request): Promise<object> {
  const body = Buffer.from(textOf(request, 'answer'));
  const headers = { 'Content-Type': 'application/json', 'Content-Length': body.byteLength };
  const server = createServer({ keepAliveTimeout: longIdleMilliseconds }, (incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.once('end', () => {
      if (Buffer.concat(chunks).byteLength === 0) response.writeHead(400, headers);
      else response.writeHead(200, headers);
      response.end(body);
    });
  });
  return { port: await listenLocally(server) };
}

await answerRequests({ open });
