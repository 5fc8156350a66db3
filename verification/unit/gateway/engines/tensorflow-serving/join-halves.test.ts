/** Answers to two halves of a request, put together. */
import { expect } from 'chai';
import type { Signature } from '../../../../../gateway/domain/engine.ts';
import type { Tensor } from '../../../../../gateway/domain/tensor.ts';
import { joinHalves } from '../../../../../gateway/engines/tensorflow-serving/join-halves.ts';
import { thrownBy } from '../../../../support/thrown-by.ts';

const signature: Signature = {
  name: 'serving_default',
  inputs: [],
  outputs: [
    { name: 'scores', datatype: 'float32', shape: [null, null] },
    { name: 'names', datatype: 'string', shape: [null] },
    { name: 'scale', datatype: 'float32', shape: [2] },
  ],
};

const scores = (rows: number, ...values: readonly number[]): Tensor => ({
  datatype: 'float32',
  shape: [rows, values.length / rows],
  elements: Float32Array.from(values),
});
const names = (...texts: readonly string[]): Tensor => ({
  datatype: 'string',
  shape: [texts.length],
  elements: texts.map((text) => Buffer.from(text)),
});
const scale: Tensor = { datatype: 'float32', shape: [2], elements: Float32Array.of(7, 8) };

describe('joining the halves of an answer', () => {
  it('adds up rows of numbers and texts, and keeps what has no rows', () => {
    const left = new Map([
      ['scores', scores(2, 1, 2, 3, 4)],
      ['names', names('a', 'b')],
      ['scale', scale],
    ]);
    const right = new Map([
      ['scores', scores(1, 5, 6)],
      ['names', names('c')],
      ['scale', scale],
    ]);
    expect([...joinHalves(signature, left, right)]).to.deep.equal([
      ['scores', scores(3, 1, 2, 3, 4, 5, 6)],
      ['names', names('a', 'b', 'c')],
      ['scale', scale],
    ]);
  });

  it('joins no rows of different lengths', async () => {
    const halves = [
      new Map([['scores', scores(1, 1, 2)]]),
      new Map([['scores', scores(1, 1, 2, 3)]]),
    ] as const;
    expect(await thrownBy(() => joinHalves(signature, ...halves))).to.have.property('reason', 'failed');
  });
});
