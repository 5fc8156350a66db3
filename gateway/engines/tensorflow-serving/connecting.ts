/** Connections to one backend that must be made within a time. */
import net from 'node:net';
import type { buildConnector } from 'undici';
import { connectionOptions } from '../../http2/connection-options.ts';
import type { Address } from './backend-client.ts';

/** A socket that has connected, or the error why it did not: `ETIMEDOUT` when the time was over. */
export function connecting(
  address: Address,
  milliseconds: number,
  onSocket: (socket: net.Socket) => void,
): buildConnector.connector {
  return (_, callback) => {
    const socket = net.connect({ ...address, ...connectionOptions });
    const timer = setTimeout(() => {
      const error = new Error(`no connection within ${milliseconds} ms`);
      socket.destroy(Object.assign(error, { code: 'ETIMEDOUT' }));
    }, milliseconds);
    const end = (error: Error): void => {
      callback(error, null);
    };
    socket.once('close', () => {
      clearTimeout(timer);
    });
    socket.once('error', end);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', end);
      // Stays: an error that comes before the client listens would end the process.
      socket.on('error', () => undefined);
      callback(null, socket);
    });
    onSocket(socket);
  };
}
