/** 16-bit floats against the numbers that their formats define. */
import { expect } from 'chai';
import {
  bfloat16ToFloat32,
  float16ToFloat32,
} from '../../../../../converter/readers/checkpoint/half-precision.ts';

describe('float16ToFloat32', () => {
  for (const [bits, value] of [
    [0x0000, 0],
    [0x8000, -0],
    [0x0001, 2 ** -24],
    [0x03ff, 1023 * 2 ** -24],
    [0x0400, 2 ** -14],
    [0x3c00, 1],
    [0xc000, -2],
    [0x3555, 0.333251953125],
    [0x7bff, 65504],
    [0x7c00, Infinity],
    [0xfc00, -Infinity],
    [0x7e01, NaN],
  ] as const) {
    it(`reads 0x${bits.toString(16).padStart(4, '0')} as ${Object.is(value, -0) ? '-0' : value}`, () => {
      expect(Object.is(float16ToFloat32(Uint16Array.of(bits))[0], value)).to.equal(true);
    });
  }
});

describe('bfloat16ToFloat32', () => {
  it('takes the bits as the upper half of a float32', () => {
    const values = [...bfloat16ToFloat32(Uint16Array.of(0x3f80, 0xc020, 0x8000, 0x7f80, 0x0001))];
    expect(values).to.deep.equal([1, -2.5, -0, Infinity, 2 ** -133]);
  });
});
