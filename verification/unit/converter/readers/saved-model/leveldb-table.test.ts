/** The LevelDB table reader on tables assembled here, whole and damaged at every byte. */
import { expect } from 'chai';
import { readLevelDbTable } from '../../../../../converter/readers/saved-model/leveldb-table.ts';
import { UnsupportedModel } from '../../../../../converter/unsupported-model.ts';
import { levelDbTable } from './checkpoint-files.ts';

const text = (value: string) => Uint8Array.from(Buffer.from(value));
const fileName = 'variables/variables.index';

describe('readLevelDbTable', () => {
  const table = levelDbTable([
    new Map([
      ['', text('header')],
      ['conv/biases', text('1')],
      ['conv/weights', text('22')],
    ]),
    new Map([['dense/kernel', text('')]]),
  ]);

  it('reads keys that share their beginning, from several blocks, in order', () => {
    const entries = readLevelDbTable(table, fileName);
    const found = [...entries].map(([key, value]) => [key, Buffer.from(value).toString()]);
    expect(found).to.deep.equal([
      ['', 'header'],
      ['conv/biases', '1'],
      ['conv/weights', '22'],
      ['dense/kernel', ''],
    ]);
  });

  it('notices a flipped bit in every byte that is read', () => {
    // The meta-index block is skipped, and the footer is padded between its handles and the magic number.
    const metaIndexAt = Buffer.from(table).lastIndexOf(
      Buffer.from([0, 0, 0, 0, 1, 0, 0, 0, 0]),
      table.length - 90,
    );
    const unread = new Set(Array.from({ length: 13 }, (_, index) => metaIndexAt + index));
    for (let at = table.length - 48; at < table.length - 8; at += 1) unread.add(at);
    for (let at = 0; at < table.length; at += 1) {
      if (unread.has(at)) continue;
      const damaged = Uint8Array.from(table);
      damaged[at] = (damaged[at] ?? 0) ^ 0x10;
      expect(() => readLevelDbTable(damaged, fileName), `byte ${at}`).to.throw(UnsupportedModel, fileName);
    }
  });

  it('refuses a table cut off anywhere', () => {
    for (let length = 0; length < table.length; length += 1) {
      expect(() => readLevelDbTable(table.subarray(0, length), fileName)).to.throw(
        UnsupportedModel,
        'is damaged',
      );
    }
  });

  it('names the compression it does not know', () => {
    const compressed = levelDbTable([new Map([['key', text('value')]])], 1);
    expect(() => readLevelDbTable(compressed, fileName)).to.throw(UnsupportedModel, 'Snappy');
  });
});
