/** Half-precision floats against NumPy's, and every bit pattern there and back. */
import { expect } from 'chai';
import { fromFloat16, toFloat16 } from '../../../../gateway/wire/float16.ts';
import { recordedMessages } from './recorded.ts';

describe('toFloat16', () => {
  it('rounds as NumPy does: halves to even, below the smallest, above the largest', () => {
    const { float16 } = recordedMessages.numbers;
    expect(float16.length).to.be.greaterThan(200);
    const different = float16.filter(([text, bits]) => toFloat16(Number(text)) !== bits);
    expect(different).to.deep.equal([]);
  });

  it('keeps infinities, and some pattern for what is no number', () => {
    expect([Infinity, -Infinity].map(toFloat16)).to.deep.equal([0x7c00, 0xfc00]);
    expect(toFloat16(NaN) & 0x7c00).to.equal(0x7c00);
    expect(toFloat16(NaN) & 0x3ff).not.to.equal(0);
  });
});

describe('fromFloat16', () => {
  it('gives a number that has these bits, for all 65536 patterns', () => {
    const different = Array.from({ length: 2 ** 16 }, (_, bits) => bits).filter((bits) => {
      const value = fromFloat16(bits);
      const isNumber = (bits & 0x7c00) !== 0x7c00 || (bits & 0x3ff) === 0;
      return isNumber ? toFloat16(value) !== bits : !Number.isNaN(value);
    });
    expect(different).to.deep.equal([]);
  });

  it('knows one, the largest and the smallest', () => {
    expect([0x3c00, 0x7bff, 0x0001, 0x8000].map(fromFloat16)).to.deep.equal([1, 65504, 2 ** -24, -0]);
  });
});
