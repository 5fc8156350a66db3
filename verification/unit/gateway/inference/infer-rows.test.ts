/** What a model says about its classes, where it cannot be true. */
import { expect } from 'chai';
import type { LoadedModel } from '../../../../gateway/domain/engine.ts';
import { inferRows } from '../../../../gateway/inference/infer-rows.ts';
import { findPictureSignature } from '../../../../gateway/inference/picture-signature.ts';
import { fakeJpeg, pictureSignature } from '../../../support/fake-engine.ts';
import { thrownBy } from '../../../support/thrown-by.ts';

const signature = pictureSignature(2);

/** Answers every picture with this class. */
const loadedWith = (classIndex: bigint): LoadedModel => ({
  signatures: new Map([[signature.name, signature]]),
  infer: async () =>
    new Map([
      ['classes', { datatype: 'int64', shape: [1], elements: BigInt64Array.of(classIndex) }],
      ['probabilities', { datatype: 'float32', shape: [1, 2], elements: Float32Array.of(0.25, 0.75) }],
    ]),
  readiness: () => ({ ready: true }),
  close: async () => undefined,
});

async function rowsOf(classIndex: bigint): Promise<unknown> {
  const loaded = loadedWith(classIndex);
  const found = findPictureSignature(loaded);
  if (found === undefined) throw new Error('the signature takes no pictures');
  const model = { name: 'm', version: 1, facts: {}, loaded };
  return inferRows({ model, signature: found }, [{ bytes: fakeJpeg(0) }], new AbortController().signal);
}

describe('inferRows', () => {
  it('passes a class on', async () => {
    expect(await rowsOf(1n)).to.have.nested.property('[0].classIndex', 1);
  });

  for (const classIndex of [-1n, 2n ** 60n]) {
    it(`takes ${classIndex} for a fault of the model`, async () => {
      expect(await thrownBy(() => rowsOf(classIndex))).to.include({ kind: 'model-failed' });
    });
  }
});
