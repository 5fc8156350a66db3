/** A server of bytes: says over each connection what it is told, for what no HTTP server would do. */
import { once } from 'node:events';
import net from 'node:net';

export interface RawBackend {
  readonly address: { readonly host: string; readonly port: number };
  /** In the order in which they were made, those that are closed too. */
  readonly sockets: readonly net.Socket[];
  stop(): void;
}

export async function rawBackend(
  onConnection: (socket: net.Socket) => void,
  host = '127.0.0.1',
): Promise<RawBackend> {
  const sockets: net.Socket[] = [];
  const server = net.createServer((socket) => {
    sockets.push(socket);
    // A client that breaks off is what the tests are about.
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  server.listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return {
    address: { host, port: address.port },
    sockets,
    stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** Says the same to every request, which must be short enough to come in one piece. */
export function saying(...words: readonly string[]): (socket: net.Socket) => void {
  return (socket) => {
    socket.on('data', () => {
      for (const word of words) socket.write(word);
    });
  };
}
