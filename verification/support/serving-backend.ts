/** A small stand-in for TensorFlow Serving, over REST and gRPC, that can be killed and started again. */
import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { servingGrpc, servingServices } from './serving-grpc.ts';
import { servingRest } from './serving-rest.ts';
import { ServingState } from './serving-state.ts';

export type ServingProtocol = 'rest' | 'grpc';

export interface ServingBackend {
  readonly state: ServingState;
  readonly address: { readonly host: string; readonly port: number };
  /** Connections so far, over REST. */
  readonly connections: () => number;
  /** Resets every connection and listens no more. */
  kill(): Promise<void>;
  /** Listens again on the same port. */
  restart(): Promise<void>;
}

const host = '127.0.0.1';

/** Listens on a free port, or on the one that is given. */
export async function servingBackend(protocol: ServingProtocol, port = 0): Promise<ServingBackend> {
  const state = new ServingState();
  const start = protocol === 'rest' ? startRest : startGrpc;
  let running = await start(state, port);
  return {
    state,
    address: { host, port: running.port },
    connections: () => running.connections(),
    kill: () => running.kill(),
    async restart() {
      running = await start(state, running.port);
    },
  };
}

interface Running {
  readonly port: number;
  connections(): number;
  kill(): Promise<void>;
}

async function startRest(state: ServingState, port: number): Promise<Running> {
  const server = http.createServer(servingRest(state));
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    port: portOf(server.address()),
    connections: () => connections,
    async kill() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.resetAndDestroy();
      await closed;
    },
  };
}

async function startGrpc(state: ServingState, port: number): Promise<Running> {
  const server = new Server();
  const implementation = servingGrpc(state);
  for (const definition of servingServices()) server.addService(definition, implementation);
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`${host}:${port}`, ServerCredentials.createInsecure(), (error, number) => {
      if (error === null) resolve(number);
      else reject(error);
    });
  });
  return {
    port: bound,
    connections: () => 0,
    async kill() {
      server.forceShutdown();
    },
  };
}

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
