/** Brain floats against TensorFlow's, and every bit pattern there and back. */
import { expect } from 'chai';
import { fromBfloat16, toBfloat16 } from '../../../../gateway/wire/bfloat16.ts';
import { recordedMessages } from './recorded.ts';

describe('toBfloat16', () => {
  it('rounds 32-bit floats as TensorFlow does: halves to even, the largest to infinity', () => {
    const { bfloat16 } = recordedMessages.numbers;
    expect(bfloat16.length).to.be.greaterThan(200);
    expect(bfloat16.filter(([text, bits]) => toBfloat16(Number(text)) !== bits)).to.deep.equal([]);
  });

  it('rounds what lies between two 32-bit floats once', () => {
    // Just above and below the middle of 1 and its upper neighbour: as 32-bit floats both would be the middle.
    const middle = 1 + 2 ** -8;
    expect([middle * (1 + 2 ** -40), middle, middle * (1 - 2 ** -40)].map(toBfloat16)).to.deep.equal([
      0x3f81, 0x3f80, 0x3f80,
    ]);
    const upper = -(1 + 3 * 2 ** -8);
    expect([upper * (1 + 2 ** -40), upper, upper * (1 - 2 ** -40)].map(toBfloat16)).to.deep.equal([
      0xbf82, 0xbf82, 0xbf81,
    ]);
  });

  it('makes infinity of what is too large, and keeps infinities and what is no number', () => {
    expect([1e39, -1e308, Infinity, -Infinity].map(toBfloat16)).to.deep.equal([
      0x7f80, 0xff80, 0x7f80, 0xff80,
    ]);
    expect(fromBfloat16(toBfloat16(NaN))).to.be.NaN;
  });
});

describe('fromBfloat16', () => {
  it('gives a number that has these bits, for all 65536 patterns', () => {
    const different = Array.from({ length: 2 ** 16 }, (_, bits) => bits).filter((bits) => {
      const value = fromBfloat16(bits);
      const isNumber = (bits & 0x7f80) !== 0x7f80 || (bits & 0x7f) === 0;
      return isNumber ? toBfloat16(value) !== bits : !Number.isNaN(value);
    });
    expect(different).to.deep.equal([]);
  });

  it('knows one, the largest and the smallest', () => {
    expect([0x3f80, 0x7f7f, 0x0001, 0x8000].map(fromBfloat16)).to.deep.equal([
      1,
      (2 - 2 ** -7) * 2 ** 127,
      2 ** -133,
      -0,
    ]);
  });
});
