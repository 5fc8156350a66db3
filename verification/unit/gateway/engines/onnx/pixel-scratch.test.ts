/** Which memory is kept for the next picture, and which is left to the collector. */
import { expect } from 'chai';
import { PixelScratch } from '../../../../../gateway/engines/onnx/pixel-scratch.ts';

const megabyte = 1024 * 1024;

describe('PixelScratch', () => {
  const after = (...kept: readonly Uint8Array[]): Uint8Array | undefined => {
    const scratch = new PixelScratch();
    for (const pixels of kept) scratch.keep(pixels);
    return scratch.offer().at(-1);
  };

  it('has nothing to offer before the first picture', () => {
    expect(after()).to.equal(undefined);
  });

  it('offers the whole memory of the picture before, also when that used a part of it', () => {
    const memory = new ArrayBuffer(megabyte);
    const offered = after(new Uint8Array(memory, 100, 300_000));
    expect(offered?.buffer).to.equal(memory);
    expect(offered?.byteOffset).to.equal(0);
    expect(offered?.byteLength).to.equal(megabyte);
  });

  it('offers the room of somebody else first, and keeps nothing of it', () => {
    let room = new Uint8Array(2 * megabyte);
    const scratch = new PixelScratch(() => room);
    const usual = new Uint8Array(megabyte);
    for (const pixels of [usual, room.subarray(0, 100), room]) scratch.keep(pixels);
    expect(scratch.offer().map(({ buffer }) => buffer)).to.deep.equal([room.buffer, usual.buffer]);
    room = new Uint8Array(3 * megabyte);
    expect(scratch.offer()[0]).to.equal(room);
  });

  it('keeps the larger of two', () => {
    const [small, large] = [new Uint8Array(megabyte), new Uint8Array(2 * megabyte)];
    expect(after(small, large)?.buffer).to.equal(large.buffer);
    expect(after(large, small)?.buffer).to.equal(large.buffer);
  });

  it('leaves small pixels alone, whose memory other buffers may share', () => {
    expect(after(Buffer.from('pixels'))).to.equal(undefined);
    expect(after(new Uint8Array(1000))).to.equal(undefined);
  });

  it('does not keep the memory of one huge photo for ever', () => {
    const usual = new Uint8Array(megabyte);
    expect(after(usual, new Uint8Array(150 * megabyte))?.buffer).to.equal(usual.buffer);
  });
});
