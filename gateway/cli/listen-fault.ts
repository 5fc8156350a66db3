/** Why the server cannot listen, as a sentence that says what to do. */
import type { Configuration } from '../configuration.ts';

export function listenFault(error: unknown, { host, port }: Pick<Configuration, 'host' | 'port'>): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} is taken by another program; choose another one with --port.`;
    case 'EACCES':
      return `This user may not listen on port ${port}; choose one above 1023 with --port.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `This machine has no address ${host}; 0.0.0.0 listens on all, 127.0.0.1 on this machine only.`;
    default:
      return `Cannot listen on ${host}, port ${port}${code === '' ? '' : ` (${code})`}.`;
  }
}
