/** CRC-32C against the vectors of RFC 3720 (B.4), in any alignment and in any division. */
import { expect } from 'chai';
import { crc32c, maskedCrc32c } from '../../../../../converter/readers/saved-model/crc32c.ts';

describe('crc32c', () => {
  const ascending = Uint8Array.from({ length: 32 }, (_, index) => index);
  const vectors: readonly [title: string, bytes: Uint8Array, expected: number][] = [
    ['32 zeros', new Uint8Array(32), 0x8a9136aa],
    ['32 bytes of ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
    ['32 ascending bytes', ascending, 0x46dd794e],
    ['32 descending bytes', ascending.toReversed(), 0x113fdb5c],
    ['the digits 1 to 9', new TextEncoder().encode('123456789'), 0xe3069283],
    ['nothing', new Uint8Array(0), 0],
  ];
  for (const [title, bytes, expected] of vectors) {
    it(`of ${title}`, () => {
      expect(crc32c(bytes)).to.equal(expected);
    });
  }

  it('does not depend on where the bytes lie in memory', () => {
    for (let shift = 0; shift < 9; shift += 1) {
      const memory = new Uint8Array(64);
      memory.set(ascending, shift);
      expect(crc32c(memory.subarray(shift, shift + 32)), `shifted by ${shift}`).to.equal(0x46dd794e);
    }
  });

  it('can be continued', () => {
    for (let cut = 0; cut <= 32; cut += 1) {
      const first = crc32c(ascending.subarray(0, cut));
      expect(crc32c(ascending.subarray(cut), first), `cut at ${cut}`).to.equal(0x46dd794e);
    }
  });

  it('is masked by a rotation and a constant', () => {
    expect(maskedCrc32c(0)).to.equal(0xa282ead8);
    expect(maskedCrc32c(0x8000)).to.equal(0xa282ead9);
    expect(maskedCrc32c(1)).to.equal(0xa284ead8);
  });
});
