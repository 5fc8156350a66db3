/** Hears of each socket that this process opens to another server, whoever does. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import net from 'node:net';

const channel = 'net.client.socket';

/** @returns what ends the hearing */
export function onClientSocket(hear: (socket: net.Socket) => void): () => void {
  const listener = (message: unknown): void => {
    if (isAboutSocket(message)) hear(message.socket);
  };
  subscribe(channel, listener);
  return () => void unsubscribe(channel, listener);
}

const isAboutSocket = (message: unknown): message is { readonly socket: net.Socket } =>
  typeof message === 'object' &&
  message !== null &&
  'socket' in message &&
  message.socket instanceof net.Socket;
