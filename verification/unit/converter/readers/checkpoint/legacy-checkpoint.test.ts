/** Old-style checkpoints: storages behind the pickles, views of them, and lies about either. */
import { expect } from 'chai';
import {
  beginning,
  dictionary,
  globalName,
  integer,
  longWord,
  oldCheckpoint,
  oneTensor,
  pickle,
  storage,
  tensor,
  text,
  tuple,
} from './pickle-bytes.ts';
import type { View } from './pickle-bytes.ts';
import { readBytes, refusalOf, valuesOf } from './written-file.ts';

const three = { 0: [1, 2, 3] };
const viewOf = (view: View, count = 3) => dictionary({ w: tensor(storage('0', count), view) });

describe('readCheckpoint on old-style checkpoints', () => {
  it('reads a tensor behind a storage that nothing needs', async () => {
    const state = dictionary({
      optimizer: tensor(storage('a', 2), { shape: [2], strides: [1] }),
      model: oneTensor,
    });
    const checkpoint = await readBytes(oldCheckpoint(state, { a: [9, 9], ...three }));
    expect([...checkpoint.tensors.keys()]).to.deep.equal(['w']);
    expect(valuesOf(checkpoint, 'w')).to.deep.equal([1, 2, 3]);
  });

  it('gives tensors that share a storage memory of their own', async () => {
    const shared = (view: View) => tensor(storage('0', 3), view);
    const state = dictionary({
      whole: shared({ shape: [3], strides: [1] }),
      tail: shared({ offset: 1, shape: [2], strides: [1] }),
      every_second: shared({ shape: [2], strides: [2] }),
      tied: shared({ shape: [3, 1], strides: [1, 5] }),
    });
    const checkpoint = await readBytes(oldCheckpoint(state, three));
    expect(valuesOf(checkpoint, 'tail')).to.deep.equal([2, 3]);
    expect(valuesOf(checkpoint, 'every_second')).to.deep.equal([1, 3]);
    const whole = checkpoint.tensors.get('whole')?.elements;
    if (!(whole instanceof Float32Array)) throw new Error('The weights are not float32.');
    whole.fill(0);
    expect(valuesOf(checkpoint, 'tied')).to.deep.equal([1, 2, 3]);
  });

  it('reads a part of a storage, as the first PyTorch versions wrote it', async () => {
    const part = tuple(text('view'), integer(1), integer(2));
    const names = [
      text('storage'),
      globalName('torch', 'FloatStorage'),
      text('0'),
      text('cpu'),
      integer(3),
      part,
    ];
    const stored = Buffer.concat([tuple(...names), Buffer.from('Q')]);
    const state = dictionary({ w: tensor(stored, { shape: [2], strides: [1] }) });
    expect(valuesOf(await readBytes(oldCheckpoint(state, three)), 'w')).to.deep.equal([2, 3]);
  });

  it('reads pickles longer than the first look at the file', async () => {
    const state = dictionary({ notes: text('n'.repeat(700_000)), model: oneTensor });
    expect(valuesOf(await readBytes(oldCheckpoint(state, three)), 'w')).to.deep.equal([1, 2, 3]);
  });

  const refused: readonly (readonly [what: string, bytes: Buffer, sentence: RegExp])[] = [
    [
      'a tensor longer than its storage',
      oldCheckpoint(viewOf({ shape: [4], strides: [1] }), three),
      /w of shape \[4\]/,
    ],
    [
      'an offset beyond the storage',
      oldCheckpoint(viewOf({ offset: 3, shape: [1], strides: [1] }), three),
      /w of shape/,
    ],
    ['a stride beyond the storage', oldCheckpoint(viewOf({ shape: [2], strides: [3] }), three), /w of shape/],
    [
      'a huge shape over one element',
      oldCheckpoint(viewOf({ shape: [2 ** 40], strides: [0] }), three),
      /w of shape/,
    ],
    [
      'a shape whose size no number holds',
      oldCheckpoint(
        viewOf({ shape: Array<number>(30).fill(2 ** 50), strides: Array<number>(30).fill(0) }),
        three,
      ),
      /w of shape/,
    ],
    [
      'a storage that is huge in the pickle alone',
      oldCheckpoint(viewOf({ shape: [2 ** 40], strides: [1] }, 2 ** 40), three),
      /3 are stored|would take/,
    ],
    [
      'a storage that is huge everywhere but in the file',
      Buffer.concat([
        beginning,
        pickle(viewOf({ shape: [2 ** 40], strides: [1] }, 2 ** 40)),
        pickle(Buffer.from(']('), text('0'), Buffer.from('e')),
        longWord(2 ** 40),
        Buffer.alloc(100),
      ]),
      /would take/,
    ],
    ['a storage that is missing', oldCheckpoint(oneTensor, {}), /missing/],
    ['a storage that no tensor names', oldCheckpoint(oneTensor, { ...three, 1: [1] }), /no tensor uses/],
    [
      'a count that is not the announced one',
      oldCheckpoint(oneTensor, { 0: [1, 2] }),
      /3 elements .* 2 are stored/,
    ],
    [
      'thousands of tensors over one storage',
      oldCheckpoint(
        dictionary(
          Object.fromEntries(
            Array.from({ length: 500 }, (_, index) => [
              String(index),
              tensor(storage('0', 100_000), { shape: [100_000], strides: [1] }),
            ]),
          ),
        ),
        { 0: Array<number>(100_000).fill(0) },
      ),
      /would take/,
    ],
    ['a pickle of something else', pickle(dictionary({ a: text('b') })), /not written by torch\.save/],
    [
      'a pickle that runs a program',
      Buffer.from("cposix\nsystem\n(S'true'\ntR."),
      /posix\.system is not allowed/,
    ],
    [
      'a checkpoint that runs a program',
      oldCheckpoint(globalName('os', 'system'), {}),
      /os\.system is not allowed/,
    ],
    ['a big-endian machine', bigEndian(), /big-endian/],
    ['no tensor at all', oldCheckpoint(dictionary({ epoch: integer(3) }), {}), /holds no weights/],
    [
      'a tensor outside of any dictionary',
      oldCheckpoint(tensor(storage('0', 3), { shape: [3], strides: [1] }), three),
      /holds no weights/,
    ],
  ];
  for (const [what, bytes, sentence] of refused) {
    it(`refuses ${what}`, async () => {
      expect(await refusalOf(bytes)).to.match(sentence);
    });
  }
});

function bigEndian(): Buffer {
  const checkpoint = oldCheckpoint(oneTensor, three);
  const flag = checkpoint.indexOf('little_endian') + 'little_endian'.length;
  checkpoint[flag] = 0x89;
  return checkpoint;
}
