/** The order in which calls send over a connection that takes little at a time. */
import { expect } from 'chai';
import { ClientStream } from '../../../../gateway/http2/client-stream.ts';
import { Outbox } from '../../../../gateway/http2/outbox.ts';
import { SendQueue } from '../../../../gateway/http2/send-queue.ts';
import { framesIn } from '../../../support/http2-frames.ts';
import { RecordedCall } from '../../../support/session-caller.ts';
import { SlowOutlet } from '../../../support/slow-outlet.ts';

const largest = 2 ** 31 - 1;
const bytes = 1_500_000;
const numbers = [1, 3, 5, 7];

/** Numbers of the calls whose frames came, in their order, each once for all that came in a row. */
function turnsOf(sent: Buffer): readonly number[] {
  const streams = framesIn(sent).frames.map(({ stream }) => stream);
  return streams.filter((stream, index) => stream !== streams[index - 1]);
}

describe('calls that send over a connection that is slow', () => {
  it('have their turns one after the other until one has ended', () => {
    const outlet = new SlowOutlet();
    const outbox = new Outbox(outlet, () => {
      queue.pump();
      outbox.flush();
    });
    const queue: SendQueue = new SendQueue(outbox);
    queue.widen(largest - 65_535);
    for (const number of numbers) {
      const stream = new ClientStream(Buffer.alloc(0), [Buffer.alloc(bytes, number)], new RecordedCall());
      stream.id = number;
      stream.window = largest;
      queue.add(stream);
    }
    queue.pump();
    outbox.flush();
    while (outlet.pieces > 0) outlet.sendOne();
    const turns = turnsOf(Buffer.concat(outlet.sent));
    const firstEnd = Math.min(...numbers.map((number) => turns.lastIndexOf(number)));
    // At 256 KiB at most in a row, the first one has ended after six turns of each.
    expect(firstEnd).to.be.at.least(5 * numbers.length);
    const inTurn = Array.from({ length: firstEnd }, (_, index) => numbers[index % numbers.length]);
    expect(turns.slice(0, firstEnd)).to.deep.equal(inTurn);
  });
});
