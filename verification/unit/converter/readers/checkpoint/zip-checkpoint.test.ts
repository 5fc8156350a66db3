/** Zip checkpoints, compressed and large ones too, and archives whose lists of files lie. */
import { expect } from 'chai';
import { floatBytes, globalName, oneTensor, pickle } from './pickle-bytes.ts';
import { readBytes, refusalOf, valuesOf } from './written-file.ts';
import { zipBytes } from './zip-bytes.ts';
import type { Packed } from './zip-bytes.ts';

const described: Packed = { name: 'model/data.pkl', content: pickle(oneTensor) };
const values: Packed = { name: 'model/data/0', content: floatBytes([1, 2, 3]) };

describe('readCheckpoint on zip checkpoints', () => {
  const read: Readonly<Record<string, Buffer>> = {
    'stored files': zipBytes([described, values]),
    'compressed files': zipBytes([
      { ...described, isDeflated: true },
      { ...values, isDeflated: true },
    ]),
    'sizes in the zip64 field': zipBytes([described, { ...values, isLarge: true }]),
    'a comment that looks like an end': zipBytes(
      [described, values],
      'PK\x05\x06 a comment long enough to be one',
    ),
    'a folder of another name': zipBytes([
      { ...described, name: 'archive/data.pkl' },
      { ...values, name: 'archive/data/0' },
    ]),
    'a little-endian machine': zipBytes([
      described,
      values,
      { name: 'model/byteorder', content: Buffer.from('little') },
    ]),
  };
  for (const [what, bytes] of Object.entries(read)) {
    it(`reads ${what}`, async () => {
      expect(valuesOf(await readBytes(bytes), 'w')).to.deep.equal([1, 2, 3]);
    });
  }

  const zeros: Packed = { name: 'model/zeros', content: Buffer.alloc(2 ** 22), isDeflated: true };
  const refused: readonly (readonly [what: string, files: readonly Packed[], sentence: RegExp])[] = [
    ['a bomb of zeros', [described, values, zeros], /zip bomb/],
    [
      'a bomb that hides its size',
      [described, { ...zeros, name: 'model/data/0', size: 12 }],
      /does not unfold/,
    ],
    ['a size that is not reached', [described, { ...values, isDeflated: true, size: 40 }], /does not unfold/],
    ['two sizes of one stored file', [described, { ...values, size: 4000 }], /two sizes/],
    [
      'a file that reaches beyond the archive',
      [described, { ...values, size: 4000, compressedSize: 4000 }],
      /beyond its end/,
    ],
    ['a file that begins outside', [described, { ...values, offset: 10_000 }], /beyond its end/],
    [
      'a large file that begins outside',
      [described, { ...values, offset: 2 ** 50, isLarge: true }],
      /beyond its end/,
    ],
    [
      'a size that no number holds',
      [described, { ...values, size: 2 ** 60, compressedSize: 2 ** 60, isLarge: true }],
      /large file/,
    ],
    ['files inside of each other', [described, { ...values, offset: 0 }], /inside of another/],
    [
      'a file that begins where none does',
      [described, { ...values, offset: described.content.length }],
      /inside of another/,
    ],
    ['two files of one name', [described, values, values], /twice/],
    [
      'another name where the file stands',
      [described, { ...values, name: 'model/data/1', listedName: 'model/data/0' }],
      /another name/,
    ],
    [
      'a name that leads out',
      [described, values, { name: '../../evil', content: Buffer.alloc(1) }],
      /leads out/,
    ],
    [
      'a name from the root',
      [described, values, { name: '/etc/evil', content: Buffer.alloc(1) }],
      /leads out/,
    ],
    ['a name of Windows', [described, values, { name: 'c:\\evil', content: Buffer.alloc(1) }], /leads out/],
    [
      'a name with a control character',
      [described, values, { name: 'a\x00b', content: Buffer.alloc(1) }],
      /leads out/,
    ],
    ['an encrypted file', [described, { ...values, flags: 1 }], /encrypted/],
    ['another compression', [described, { ...values, method: 12 }], /method 12/],
    ['no storage', [described], /missing/],
    ['a storage that is too short', [described, { ...values, content: Buffer.alloc(8) }], /shorter than 12/],
    [
      'a big-endian machine',
      [described, values, { name: 'model/byteorder', content: Buffer.from('big') }],
      /big-endian/,
    ],
    [
      'a program',
      [{ ...described, content: pickle(globalName('os', 'system')) }],
      /os\.system is not allowed/,
    ],
    [
      'TorchScript',
      [described, values, { name: 'model/constants.pkl', content: Buffer.alloc(1) }],
      /TorchScript/,
    ],
    ['a Keras archive', [{ name: 'model.weights.h5', content: Buffer.alloc(9) }], /Keras/],
    [
      'some other archive',
      [{ name: 'word/document.xml', content: Buffer.alloc(9) }],
      /0 files named data\.pkl/,
    ],
    [
      'two checkpoints in one',
      [described, { ...described, name: 'other/data.pkl' }],
      /2 files named data\.pkl/,
    ],
  ];
  for (const [what, files, sentence] of refused) {
    it(`refuses ${what}`, async () => {
      expect(await refusalOf(zipBytes(files))).to.match(sentence);
    });
  }

  it('refuses an empty archive and one whose end is missing', async () => {
    expect(await refusalOf(zipBytes([]))).to.match(/0 files named/);
    expect(await refusalOf(zipBytes([described, values]).subarray(0, -4))).to.match(/end of the zip archive/);
  });

  it('refuses a list of files that is said to be elsewhere or longer', async () => {
    for (const [at, value] of [
      [16, 0xfffffff0],
      [12, 0x7fffffff],
      [16, 1],
    ] as const) {
      const bytes = zipBytes([described, values]);
      bytes.writeUInt32LE(value, bytes.length - 22 + at);
      expect(await refusalOf(bytes), `byte ${at}`).to.match(/list of files/);
    }
    const more = zipBytes([described, values]);
    more.writeUInt16LE(60_000, more.length - 22 + 10);
    expect(await refusalOf(more)).to.match(/list of files/);
  });
});
