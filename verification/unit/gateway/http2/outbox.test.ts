/** Bytes on their way to a connection, and the memory that they take. */
import { expect } from 'chai';
import { Outbox, type Outlet } from '../../../../gateway/http2/outbox.ts';
import { SlowOutlet } from '../../../support/slow-outlet.ts';

/** Of 128 KiB. */
const mostOfPage = Buffer.alloc(100_000);

function outboxTo(outlet: Outlet): Outbox {
  const outbox: Outbox = new Outbox(outlet, () => {
    outbox.flush();
  });
  return outbox;
}

describe('an outbox', () => {
  it('takes no memory of its own for every small frame while the connection is slow', () => {
    const outlet = new SlowOutlet();
    const outbox = outboxTo(outlet);
    for (let turn = 0; turn < 1000; turn += 1) {
      outbox.frame({ type: 6, flags: 1 }, 0, Buffer.alloc(8, turn));
      outbox.flush();
    }
    expect(outlet.pieces).to.equal(1);
    expect(outbox.waitingBytes).to.equal(17_000);
    outlet.sendOne();
    outlet.sendOne();
    expect(outlet.sent.map(({ length }) => length)).to.deep.equal([17, 16_983]);
    expect(outbox.waitingBytes).to.equal(0);
  });

  it('writes nowhere where the connection has not read', () => {
    const outlet = new SlowOutlet();
    const outbox = outboxTo(outlet);
    const given: Buffer[] = [];
    for (let turn = 0; turn < 300; turn += 1) {
      const bytes = Buffer.alloc(10_000 + turn, turn);
      outbox.bytes(bytes);
      given.push(bytes);
      outbox.flush();
      if (turn % 20 > 5) outlet.sendOne();
    }
    while (outlet.pieces > 0) outlet.sendOne();
    expect(Buffer.concat(outlet.sent).equals(Buffer.concat(given))).to.equal(true);
  });

  it('fills the memory again that the connection has read', () => {
    const outlet = new SlowOutlet();
    const outbox = outboxTo(outlet);
    for (let turn = 0; turn < 50; turn += 1) {
      outbox.bytes(mostOfPage);
      outbox.flush();
      outlet.sendOne();
    }
    expect(outlet.memories.size).to.equal(1);
  });

  it('keeps four pieces of memory at most after a rush', () => {
    const outlet = new SlowOutlet();
    const outbox = outboxTo(outlet);
    const rush = (): void => {
      for (let turn = 0; turn < 10; turn += 1) outbox.bytes(mostOfPage);
      outbox.flush();
      while (outlet.pieces > 0) outlet.sendOne();
    };
    rush();
    const first = outlet.memories.size;
    rush();
    // A million bytes are eight pages, of which four were kept.
    expect([first, outlet.memories.size]).to.deep.equal([8, 12]);
  });
});
