/** Connections over REST before a server of bytes, closed after each test. */
import type net from 'node:net';
import { RestConnections } from '../../gateway/engines/tensorflow-serving/rest-connections.ts';
import { rawBackend, type RawBackend } from './raw-backend.ts';

/** Of a caller who stays; one AbortSignal for all would warn of its many listeners. */
export const never = {
  aborted: false,
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
};

/** An answer, and what all connections here are made with. */
export const whole = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole';
const limits = { connectMilliseconds: 5000, largestAnswerBytes: 1000 };

export interface RestBefore {
  readonly facing: (onConnection: (socket: net.Socket) => void) => Promise<RestConnections>;
  /** Of the last server. */
  readonly sockets: () => readonly net.Socket[];
  /** Where the last server listens. */
  readonly port: () => number;
  readonly stop: () => void;
}

/** For one suite, which calls it within. */
export function restBefore(): RestBefore {
  let backend: RawBackend | undefined;
  let connections: RestConnections | undefined;
  const stop = (): void => {
    connections?.close();
    backend?.stop();
  };
  afterEach(stop);
  return {
    facing: async (onConnection) => {
      backend = await rawBackend(onConnection);
      connections = new RestConnections({ address: backend.address, ...limits });
      return connections;
    },
    sockets: () => backend?.sockets ?? [],
    port: () => backend?.address.port ?? NaN,
    stop,
  };
}
