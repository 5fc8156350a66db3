/** The kernel by itself: what it reads is what JSON.parse would give, and it stops before what it cannot read. */
import { expect } from 'chai';
import { readerOfNumbers, stepBytes } from '../../../../../gateway/wire/json/number-kernel.ts';

const readNumbers = readerOfNumbers();
const beyond = -12345;

function read(text: string, room: number, index = 0): { bytes: number; floats: readonly number[] } {
  if (readNumbers === undefined) throw new Error('this test needs WebAssembly');
  const elements = new Float32Array(index + room + 1).fill(beyond);
  const { bytes, count } = readNumbers(Buffer.from(text), 0, elements.subarray(0, index + room), index);
  expect(Array.from(elements.subarray(index + count)).every((value) => value === beyond)).to.equal(true);
  expect(Array.from(elements.subarray(0, index)).every((value) => value === beyond)).to.equal(true);
  return { bytes, floats: Array.from(elements.subarray(index, index + count)) };
}

const like = (texts: readonly string[]): readonly number[] => texts.map((text) => Math.fround(Number(text)));

describe('readerOfNumbers', () => {
  const plain = [
    ...['0', '-0', '1', '-1', '10', '0.5', '-0.000102275735', '1e5', '1E+05', '12.5e-3', '3.4028235e38'],
    ...['1e-45', '7e-46', '123456789012345678', '0.1234567890123456', '1e-63', '1.17549435e-38'],
  ];

  it('reads all numbers of up to eighteen digits that are next to no middle, and counts the end as a comma', () => {
    for (const text of [plain.join(','), plain.join(', '), ` ${plain.join('\r\n\t, ')} `]) {
      expect(read(text, plain.length)).to.deep.equal({ bytes: text.length + 1, floats: like(plain) });
    }
    expect(Object.is(read('-0', 1).floats[0], -0)).to.equal(true);
  });

  for (const odd of [
    ...[
      'NaN',
      'null',
      '01',
      '+1',
      '.5',
      '5.',
      '1e',
      '1e+',
      '-',
      '',
      '--1',
      '1 2',
      '"1"',
      '[1]',
      '{}',
      '1e39',
    ],
    ...['1234567890123456789', '1e-64', '1e0000', '1.0000000596046448', '0x1', '1_0', '1\u000b', '\u00e9'],
  ])
    it(`stops before ${JSON.stringify(odd)}, wherever it stands`, () => {
      expect(read(odd, 3)).to.deep.equal({ bytes: 0, floats: [] });
      expect(read(`1, 2,${odd},3`, 4)).to.deep.equal({ bytes: 5, floats: [1, 2] });
      expect(read(`1, 2,${odd}`, 4, 7)).to.deep.equal({ bytes: 5, floats: [1, 2] });
    });

  it('reads no more than there is room for', () => {
    expect(read('1,2,3', 2)).to.deep.equal({ bytes: 4, floats: [1, 2] });
  });

  it('stops between two numbers wherever its memory ends', () => {
    const number = '-0.00012345e-3';
    for (let before = 0; before <= number.length + 1; before += 1) {
      const head = `${' '.repeat(before)}${`${number},`.repeat(Math.floor(stepBytes / (number.length + 1)))}`;
      const text = `${head}${number},${number}`;
      const { bytes, floats } = read(text, 3000);
      expect(floats.length * (number.length + 1)).to.equal(bytes - before);
      expect(bytes).to.be.within(stepBytes - 2 * number.length, stepBytes + 1);
      expect(new Set(floats)).to.deep.equal(new Set(like([number])));
    }
  });

  it('has room for as many numbers as fit into its memory', () => {
    const text = `${'1,'.repeat(stepBytes)}1`;
    const { bytes, floats } = read(text, 2 * stepBytes);
    expect(bytes).to.be.within(stepBytes - 2, stepBytes);
    expect(floats.length).to.equal(bytes / 2);
  });
});
