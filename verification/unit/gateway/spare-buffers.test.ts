/** Memory that is used again: never by two at a time. */
import { MessageChannel } from 'node:worker_threads';
import { expect } from 'chai';
import { SpareBuffers } from '../../../gateway/spare-buffers.ts';

const size = 100_000;

describe('SpareBuffers', () => {
  it('gives what was given back again, as long as is asked for', () => {
    const spare = new SpareBuffers();
    const first = spare.take(size);
    spare.give(first);
    const second = spare.take(size - 1000);
    expect(second.buffer).to.equal(first.buffer);
    expect([second.byteOffset, second.byteLength]).to.deep.equal([0, size - 1000]);
  });

  it('gives nothing to two at a time, even when it got it back twice', () => {
    const spare = new SpareBuffers();
    const first = spare.take(size);
    spare.give(first);
    spare.give(first.subarray(10));
    const memories = [spare.take(size), spare.take(size), spare.take(size)].map(({ buffer }) => buffer);
    expect(new Set(memories).size).to.equal(3);
  });

  it('gives neither less than is asked for nor many times as much', () => {
    const spare = new SpareBuffers();
    const large = spare.take(size);
    spare.give(large);
    expect(spare.take(size + 1).byteLength).to.equal(size + 1);
    expect(spare.take(size / 5).buffer).not.to.equal(large.buffer);
    expect(spare.take(size / 4).buffer).to.equal(large.buffer);
  });

  it('forgets memory that another thread has got', () => {
    const spare = new SpareBuffers();
    const sent = spare.take(size);
    const { port1, port2 } = new MessageChannel();
    port1.postMessage(sent.buffer, [sent.buffer as ArrayBuffer]);
    port1.close();
    port2.close();
    spare.give(sent);
    expect(spare.take(size).byteLength).to.equal(size);
  });

  it('keeps neither crumbs nor much', () => {
    const spare = new SpareBuffers();
    for (const bytes of [100, 2 * 1024 * 1024]) {
      const buffer = spare.take(bytes);
      spare.give(buffer);
      expect(spare.take(bytes).buffer, `${bytes} bytes`).not.to.equal(buffer.buffer);
    }
    const all = Array.from({ length: 40 }, () => spare.take(size));
    const given = new Set(all.map(({ buffer }) => buffer));
    for (const buffer of all) spare.give(buffer);
    const again = Array.from({ length: 40 }, () => spare.take(size));
    expect(again.filter(({ buffer }) => given.has(buffer))).to.have.length(16);
  });
});
