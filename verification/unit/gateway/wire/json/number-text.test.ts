/** Lists of numbers read straight into 32-bit floats: the same floats as through JSON.parse, and nothing that JSON is not. */
import { expect } from 'chai';
import { readFloats } from '../../../../../gateway/wire/json/number-text.ts';

function read(text: string, count: number): Float32Array | undefined {
  const elements = new Float32Array(count);
  return readFloats({ numbers: Buffer.from(text) }, elements) ? elements : undefined;
}

/** Every sign, exponent and mantissa of 32 bits comes up. */
function anyFloats(count: number): Float32Array {
  const bits = new Uint32Array(count);
  let state = 1;
  for (let index = 0; index < count; index += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    bits[index] = state;
  }
  return new Float32Array(bits.buffer).map((value) => (Number.isFinite(value) ? value : 0));
}

const middles = (value: number): readonly string[] => {
  const [low, high] = new Float32Array(new Uint32Array([value, value + 1]).buffer);
  const middle = ((low ?? 0) + (high ?? 0)) / 2;
  const exact = middle.toFixed(100).replace(/\.?0+$/, '');
  const isWhole = !exact.includes('.');
  return [
    String(low),
    exact,
    `${exact}${isWhole ? '.' : ''}0001`,
    `${exact.slice(0, -1)}${isWhole ? '' : '4'}`,
  ];
};

const like = (texts: readonly string[]): Float32Array => Float32Array.from(texts, Number);

describe('readFloats', () => {
  it('gives every float back that was written with all its digits, or with as few as tell it', () => {
    const floats = anyFloats(50_000);
    for (const write of [
      String,
      (value: number) => value.toPrecision(9),
      (value: number) => value.toFixed(30),
    ]) {
      const texts = Array.from(floats, write).filter((text) => Number.isFinite(Math.fround(Number(text))));
      expect(read(texts.join(', '), texts.length)).to.deep.equal(like(texts));
    }
  });

  it('reads numbers next to the middle between two floats to their last digit', () => {
    const texts = [0x3f800000, 0x3f7fffff, 0x00000001, 0x42f6e979, 0x4b000000, 0x5f000000].flatMap(middles);
    expect(texts.some((text) => text.length > 25)).to.equal(true);
    expect(read(texts.join(','), texts.length)).to.deep.equal(like(texts));
  });

  it('reads signs, zeros, exponents, and white space where JSON allows it', () => {
    const text =
      ' -0 ,0.0,\t-1.5e+2\r\n,1E-2,0.000000000000000000000000001,100000000000000000000000000000 ,12e10';
    const texts = text.split(',');
    expect(read(text, texts.length)).to.deep.equal(like(texts));
    expect(Object.is(read('-0', 1)?.[0], -0)).to.equal(true);
  });

  for (const text of [
    ...['01', '-01', '+1', '.5', '5.', '1e', '1e+', '-', '', '1 2', '1,', ',1', '1,,2', '1;2', '0x10', '1_0'],
    ...['null', 'NaN', 'Infinity', 'true', '"1"', '[1]', '1\u000b', '\u00a01', '1e39', '-1e400', '3.5e38'],
  ])
    it(`refuses ${JSON.stringify(text)}`, () => {
      expect(read(text, Math.max(1, text.split(',').length))).to.equal(undefined);
    });

  it('refuses more numbers and fewer than there shall be', () => {
    expect([read('1,2,3', 2), read('1,2,3', 4), read('1,2,3', 3)]).to.deep.equal([
      undefined,
      undefined,
      Float32Array.of(1, 2, 3),
    ]);
  });
});
