/** Bytes that are no HTTP/2 any more: the connection ends in order, or goes on, and no call hangs. */
import { expect } from 'chai';
import { ConnectionError } from '../../../../gateway/http2/connection-error.ts';
import { damaged } from '../../../support/damaged-frames.ts';
import { rawHttp2Backend, type RawHttp2Backend } from '../../../support/raw-http2-backend.ts';
import { recordedBodies, recordedFrames, recordedGreeting } from '../../../support/recorded-answers.ts';
import { type RecordedCall, SessionCaller } from '../../../support/session-caller.ts';
import { SocketlessSession } from '../../../support/socketless-session.ts';
import { seeded } from '../../../support/seeded.ts';
import { thrownBy } from '../../../support/thrown-by.ts';

const isEnding = (event: string): boolean => /^(end|reset \d+|broken)$/.test(event);

describe('damaged answers over HTTP/2', () => {
  it('are read, or refused with an error of the connection, and end no call twice', async () => {
    const outcomes = { read: 0, refused: 0 };
    const strange: unknown[] = [];
    for (let seed = 1; seed <= 3000; seed += 1) {
      const random = seeded(seed);
      const session = new SocketlessSession(512, (ready) => {
        for (const body of recordedBodies) ready.call(body);
      });
      const bytes = damaged([recordedGreeting, ...recordedFrames], random);
      const cut = Math.floor(random() * bytes.length);
      const error = await thrownBy(() => {
        session.take(bytes.subarray(0, cut));
        session.take(bytes.subarray(cut));
      });
      outcomes[error === undefined ? 'read' : 'refused'] += 1;
      if (error !== undefined && !(error instanceof ConnectionError)) strange.push([seed, error]);
      for (const { events } of session.calls) {
        const at = events.findIndex(isEnding);
        if (at >= 0 && at < events.length - 1) strange.push([seed, events]);
      }
    }
    expect(strange).to.deep.equal([]);
    expect(Math.min(outcomes.read, outcomes.refused)).to.be.greaterThan(300);
  });

  describe('of a server that then leaves', () => {
    let backend: RawHttp2Backend;
    beforeEach(async () => (backend = await rawHttp2Backend({ greeting: recordedGreeting })));
    afterEach(() => {
      backend.stop();
    });

    async function endingsAfter(bytes: Buffer, index: number): Promise<readonly unknown[]> {
      const caller = await SessionCaller.open(backend.address);
      const calls: RecordedCall[] = recordedBodies.map((body) => caller.call(body));
      const peer = await backend.peer(index);
      peer.send(bytes);
      peer.socket.end();
      const cause = await caller.closed;
      await Promise.all(calls.map(({ ended }) => ended));
      const isKnown = cause === undefined || cause instanceof ConnectionError;
      const endings = calls.map(({ events }) => events.filter(isEnding).length);
      return isKnown && endings.every((count) => count === 1) ? [] : [cause, endings];
    }

    it('leave no call without its end', async () => {
      const strange: unknown[] = [];
      for (let seed = 1; seed <= 200; seed += 1) {
        const ending = await endingsAfter(damaged(recordedFrames, seeded(seed)), seed - 1);
        if (ending.length > 0) strange.push([seed, ...ending]);
      }
      expect(strange).to.deep.equal([]);
    });
  });
});
