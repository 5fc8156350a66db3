/** Process that passes HTTP requests on as plainly as Node.js can: bytes in, bytes out, connections kept. */
import { Agent, createServer, request as ask } from 'node:http';
import { answerRequests, numberOf, textOf, type Request } from './answer-requests.ts';
import { listenLocally } from './listening.ts';

const longIdleMilliseconds = 600_000;

async function open(request: Request): Promise<object> {
  const port = numberOf(request, 'port');
  const path = textOf(request, 'path');
  const agent = new Agent({ keepAlive: true, noDelay: true });
  const server = createServer({ keepAliveTimeout: longIdleMilliseconds }, (incoming, response) => {
    const { method, headers } = incoming;
    const outgoing = ask({ host: '127.0.0.1', port, path, agent, method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    outgoing.once('error', () => response.destroy());
    incoming.pipe(outgoing);
  });
  return { port: await listenLocally(server) };
}

await answerRequests({ open });
