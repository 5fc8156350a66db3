/** The server as it is, with an engine that knows every answer: what is measured is the way of a request alone. */
import { fileURLToPath } from 'node:url';
import type { Bench } from '../bench.ts';
import { siblingModule } from '../../gateway/sibling-module.ts';
import { freePort } from './listening.ts';
import { withServer, type ServerProcess } from './server-process.ts';

export interface LoneGateway extends Pick<ServerProcess, 'port'> {
  readonly grpcPort: number;
}

export async function withLoneGateway(
  bench: Bench,
  use: (gateway: LoneGateway) => Promise<void>,
): Promise<void> {
  const grpcPort = await freePort();
  const program = fileURLToPath(siblingModule('lone-gateway', import.meta.url));
  const command = [program, '--port', '0', '--grpc-port', String(grpcPort)];
  await withServer(bench, { command }, ({ port }) => use({ port, grpcPort }));
}
