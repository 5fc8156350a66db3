/** What everything that says that a caller has gone has in common, the platform's own signal among it. */
import { IncomingMessage, ServerResponse } from 'node:http';
import net from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import type { CallerSignal } from '../../../../gateway/domain/caller-signal.ts';
import { Deadline } from '../../../../gateway/deadline.ts';
import { Departure } from '../../../../gateway/transports/grpc/departure.ts';
import { departureSignal } from '../../../../gateway/transports/http/departure.ts';

interface Caller {
  readonly signal: CallerSignal;
  readonly leave: () => void;
}

const makers: Readonly<Record<string, () => Caller>> = {
  'an AbortSignal': () => {
    const controller = new AbortController();
    return {
      signal: controller.signal,
      leave: () => {
        controller.abort();
      },
    };
  },
  'a deadline': () => {
    const deadline = new Deadline(60_000);
    return {
      signal: deadline.signal,
      leave: () => {
        deadline.end('gone');
        deadline.release();
      },
    };
  },
  'the departure of the client of a gRPC call': () => {
    const signal = new Departure();
    return { signal, leave: signal.leave };
  },
  'the departure of a client over HTTP': () => {
    const socket = new net.Socket();
    const response = new ServerResponse(new IncomingMessage(socket));
    response.assignSocket(socket);
    return { signal: departureSignal(response), leave: () => socket.destroy() };
  },
};

for (const [title, make] of Object.entries(makers)) {
  describe(`${title} as the signal of a caller`, () => {
    it('calls each listener once, and none that was taken away, be it by another', async () => {
      const { signal, leave } = make();
      const called: string[] = [];
      const listener = (name: string) => (): void => void called.push(name);
      const [takenAway, takenAwayByAnother] = [listener('taken away'), listener('taken away by another')];
      signal.addEventListener('abort', takenAway);
      signal.addEventListener('abort', listener('first'), { once: true });
      signal.addEventListener('abort', () => {
        signal.removeEventListener('abort', takenAwayByAnother);
      });
      signal.addEventListener('abort', takenAwayByAnother);
      signal.removeEventListener('abort', takenAway);
      expect(signal.aborted).to.equal(false);
      leave();
      await turn();
      leave();
      await turn();
      expect(called).to.deep.equal(['first']);
    });

    it('says so for good, and calls nobody who comes later', async () => {
      const { signal, leave } = make();
      leave();
      await turn();
      expect(signal.aborted).to.equal(true);
      let calls = 0;
      signal.addEventListener('abort', () => (calls += 1));
      leave();
      await turn();
      expect([signal.aborted, calls]).to.deep.equal([true, 0]);
    });
  });
}
