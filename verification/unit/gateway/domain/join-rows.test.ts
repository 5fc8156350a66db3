/** Joining tensors along their first axis. */
import { expect } from 'chai';
import { joinRows } from '../../../../gateway/domain/join-rows.ts';
import type { NumericTensor } from '../../../../gateway/domain/tensor.ts';

const floats = (rows: number, ...elements: number[]): NumericTensor => ({
  datatype: 'float32',
  shape: [rows, elements.length / rows],
  elements: Float32Array.from(elements),
});

describe('joinRows', () => {
  it('keeps order and adds up the rows', () => {
    const joined = joinRows([floats(1, 1, 2), floats(2, 3, 4, 5, 6)]);
    expect(joined).to.deep.equal(floats(3, 1, 2, 3, 4, 5, 6));
  });

  it('keeps the kind of the elements', () => {
    const one: NumericTensor = { datatype: 'int64', shape: [1], elements: BigInt64Array.of(7n) };
    expect(joinRows([one, one]).elements).to.deep.equal(BigInt64Array.of(7n, 7n));
  });

  it('reads views from where they begin', () => {
    const view: NumericTensor = {
      datatype: 'float32',
      shape: [1, 2],
      elements: Float32Array.of(9, 1, 2).subarray(1),
    };
    expect(joinRows([view, view]).elements).to.deep.equal(Float32Array.of(1, 2, 1, 2));
  });

  it('refuses rows that do not fit, and nothing at all', () => {
    expect(() => joinRows([floats(1, 1, 2), floats(1, 1, 2, 3)])).to.throw('do not fit');
    expect(() =>
      joinRows([floats(1, 1), { datatype: 'int32', shape: [1, 1], elements: new Int32Array(1) }]),
    ).to.throw('do not fit');
    expect(() => joinRows([])).to.throw('no tensors');
  });
});
