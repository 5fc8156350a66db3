/** Many calls at once to servers that say whatever is allowed, by chance. */
import { expect } from 'chai';
import { settings } from '../../../support/http2-frames.ts';
import { RandomHttp2Peer } from '../../../support/random-http2-peer.ts';
import { rawHttp2Backend, turn } from '../../../support/raw-http2-backend.ts';
import { type RecordedCall, SessionCaller } from '../../../support/session-caller.ts';
import { seeded } from '../../../support/seeded.ts';

const callsEach = 40;
const mostBytes = 150_000;

interface Asked {
  readonly call: RecordedCall;
  readonly given: Buffer;
  isCancelled: boolean;
}

function ask(caller: SessionCaller, random: () => number, number: number): Asked {
  const length = random() < 0.2 ? 0 : Math.floor(random() ** 2 * mostBytes);
  const given = Buffer.from(Uint32Array.from({ length }, (_, k) => number * 2 ** 22 + k).buffer).subarray(
    0,
    length,
  );
  const memory = Buffer.from(given);
  const cut = Math.floor(random() * length);
  const call = caller.call(memory.subarray(0, cut), memory.subarray(cut));
  call.react = (event) => {
    // As the next request would.
    if (event !== 'headers' && event !== 'data') memory.fill(0xff);
  };
  return { call, given, isCancelled: false };
}

/** @returns what is strange about the call */
function complaintAbout({ call, given, isCancelled }: Asked, peer: RandomHttp2Peer): string | undefined {
  const ending = peer.endings.get(call.stream?.id ?? 0);
  const last = call.events.at(-1);
  if (isCancelled)
    return call.events.some((event) => /end|reset|broken/.test(event)) ? `cancelled, ${last}` : undefined;
  if (ending === undefined) return `${last}, which the server did not say`;
  if ('reset' in ending) return last === `reset ${ending.reset}` ? undefined : `${last} after a reset`;
  if (last !== 'end') return `${last} after an answer`;
  const expected = Buffer.concat(Array<Buffer>(ending.copies).fill(given));
  return call.body.equals(expected) ? undefined : 'bytes of another';
}

describe('calls over HTTP/2 to a server that says whatever is allowed', () => {
  for (let seed = 1; seed <= 8; seed += 1) {
    it(`keep to what it takes, and are answered with their own bytes, by chance ${seed}`, async () => {
      const random = seeded(seed);
      const model = new RandomHttp2Peer(random);
      const backend = await rawHttp2Backend({
        greeting: settings(),
        onFrame: (one, from) => {
          model.take(one, from);
        },
      });
      const caller = await SessionCaller.open(backend.address);
      const peer = await backend.peer();
      const asked: Asked[] = [];
      let unfinished = 0;
      while (asked.length < callsEach || unfinished > 0) {
        if (asked.length < callsEach && random() < 0.5) asked.push(ask(caller, random, asked.length));
        const chosen = asked[Math.floor(random() * asked.length)];
        if (chosen !== undefined && !chosen.isCancelled && random() < 0.02) {
          const isOver = /end|reset/.test(chosen.call.events.at(-1) ?? '');
          caller.cancel(chosen.call);
          chosen.isCancelled = !isOver;
        }
        model.speak(peer);
        await turn();
        unfinished = asked.filter(
          ({ call, isCancelled }) => !isCancelled && !/end|reset|broken/.test(call.events.at(-1) ?? ''),
        ).length;
      }
      expect(model.wrong).to.deep.equal([]);
      const complaints = asked.map((one) => complaintAbout(one, model));
      expect(complaints.filter((one) => one !== undefined)).to.deep.equal([]);
      expect(caller.session.isOpen).to.equal(true);
      caller.session.retire();
      expect(await caller.closed).to.equal(undefined);
      backend.stop();
    });
  }
});
