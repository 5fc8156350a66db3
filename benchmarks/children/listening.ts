/** Children that only listen: the port of a server inside one, and a conversation that keeps it alive from outside. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { nodeCommand, numbersIn } from './child-side.ts';
import { Conversation } from './conversation.ts';

/** @returns the free port that it has taken on this machine */
export async function listenLocally(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

/**
 * Starts a program of this folder, uses what it listens on and ends it, whatever happens in between.
 *
 * @param program answers the task `open` with its ports by name
 */
export async function withListener<Result>(
  program: string,
  request: object,
  use: (ports: Readonly<Record<string, number>>) => Promise<Result>,
  nodeOptions: readonly string[] = [],
): Promise<Result> {
  const conversation = new Conversation(nodeCommand(program, nodeOptions));
  try {
    return await use(numbersIn(await conversation.ask({ task: 'open', ...request })));
  } finally {
    await conversation.close();
  }
}

/** A port that nobody listens on now, for a program that must be told one. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listenLocally(server);
  server.close();
  await once(server, 'close');
  return port;
}
