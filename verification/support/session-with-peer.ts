/** Both ends of a connection of HTTP/2: a session of the gateway's, and the raw server that it talks to. */
import { rawHttp2Backend, type RawHttp2Backend, type RawPeer } from './raw-http2-backend.ts';
import { SessionCaller } from './session-caller.ts';

export interface SessionWithPeer {
  readonly backend: RawHttp2Backend;
  readonly caller: SessionCaller;
  readonly peer: RawPeer;
  readonly stop: () => Promise<void>;
}

/**
 * @param greeting what the server says first; by default settings
 * @param firstNumber of the calls
 */
export async function sessionWithPeer(greeting?: Buffer, firstNumber?: number): Promise<SessionWithPeer> {
  const backend = await rawHttp2Backend(greeting === undefined ? {} : { greeting });
  const caller = await SessionCaller.open(backend.address, firstNumber);
  const peer = await backend.peer();
  return {
    backend,
    caller,
    peer,
    stop: async () => {
      await caller.close();
      backend.stop();
    },
  };
}
