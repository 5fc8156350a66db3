/** Sharing rows among workers: slices, order, and whose error wins. */
import { expect } from 'chai';
import { ServingError } from '../../../../../gateway/domain/errors.ts';
import type { JobOutputs } from '../../../../../gateway/engines/onnx/messages.ts';
import { runPictureRows, sliceRows } from '../../../../../gateway/engines/onnx/run-picture-rows.ts';
import type { RunRows } from '../../../../../gateway/engines/onnx/run-picture-rows.ts';
import { thrownBy } from '../../../../support/thrown-by.ts';

const pictures = (count: number) => Array.from({ length: count }, (_, row) => Uint8Array.of(row));
const signal = new AbortController().signal;

function firstBytes(rows: readonly Uint8Array[]): JobOutputs {
  const elements = Uint8Array.from(rows, (row) => row[0] ?? 0);
  return new Map([['scores', { datatype: 'uint8', shape: [rows.length], elements }]]);
}

describe('sliceRows', () => {
  it('covers every row once, in order, in slices of at most eight', () => {
    for (const workers of [1, 2, 3, 8]) {
      for (let rows = 1; rows <= 70; rows += 1) {
        const slices = sliceRows(rows, workers);
        const covered = slices.flatMap(({ start, end }) =>
          Array.from({ length: end - start }, (_, k) => start + k),
        );
        expect(covered).to.deep.equal(Array.from({ length: rows }, (_, k) => k));
        for (const { start, end } of slices) expect(end - start).to.be.within(1, 8);
      }
    }
  });

  it('uses as many workers as there are rows for', () => {
    expect(sliceRows(1, 4)).to.have.length(1);
    expect(sliceRows(3, 4)).to.have.length(3);
    expect(sliceRows(4, 2)).to.have.length(2);
    expect(sliceRows(64, 2)).to.have.length(8);
  });
});

describe('runPictureRows', () => {
  it('runs a single slice unshared', async () => {
    const shared: boolean[] = [];
    const run: RunRows = async (rows, { isShared }) => {
      shared.push(isShared);
      return firstBytes(rows);
    };
    await runPictureRows(pictures(1), { workers: 4, signal }, run);
    expect(shared).to.deep.equal([false]);
  });

  it('joins the answers in the order of the pictures, whichever slice is done first', async () => {
    const done: (() => void)[] = [];
    const run: RunRows = (rows, { isShared }) =>
      new Promise((resolve) => {
        expect(isShared).to.equal(true);
        done.push(() => {
          resolve(firstBytes(rows));
        });
      });
    const answer = runPictureRows(pictures(20), { workers: 3, signal }, run);
    for (const finish of done.reverse()) finish();
    expect((await answer).get('scores')).to.deep.equal(firstBytes(pictures(20)).get('scores'));
  });

  it('reports the lowest failing row although a later one failed first', async () => {
    const run: RunRows = async (rows) => {
      const [first = 0] = rows[0] ?? [];
      if (first === 0) return firstBytes(rows);
      if (first < 12) await new Promise((resolve) => setImmediate(resolve));
      throw new ServingError('unsupported-image', `a row from ${first} on`, { row: 1 });
    };
    const error = await thrownBy(() => runPictureRows(pictures(18), { workers: 3, signal }, run));
    expect(error).to.be.instanceOf(ServingError).with.property('row', 7);
  });

  it('drops the slices behind a failing one', async () => {
    const dropped: number[] = [];
    const run: RunRows = (rows, options) =>
      new Promise((_, reject) => {
        const [first = 0] = rows[0] ?? [];
        options.signal.addEventListener('abort', () => {
          dropped.push(first);
          reject(new ServingError('cancelled', 'dropped'));
        });
        if (first === 0) reject(new ServingError('unsupported-image', 'bad', { row: 3 }));
      });
    const error = await thrownBy(() => runPictureRows(pictures(18), { workers: 3, signal }, run));
    expect(error).to.be.instanceOf(ServingError).with.property('row', 3);
    expect(dropped).to.deep.equal([6, 12]);
  });
});
