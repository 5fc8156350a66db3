/** Requests on tensors against a signature. */
import { expect } from 'chai';
import type { Signature } from '../../../../gateway/domain/engine.ts';
import { ServingError } from '../../../../gateway/domain/errors.ts';
import type { Tensor } from '../../../../gateway/domain/tensor.ts';
import { validateRequest } from '../../../../gateway/domain/validate-request.ts';
import { thrownBy } from '../../../support/thrown-by.ts';

const signature: Signature = {
  name: 'serving_default',
  inputs: [{ name: 'images', datatype: 'float32', shape: [null, 2, 3] }],
  outputs: [{ name: 'scores', datatype: 'float32', shape: [null, 4] }],
};

const floats = (...shape: number[]): Tensor => ({
  datatype: 'float32',
  shape,
  elements: new Float32Array(shape.reduce((product, size) => product * size, 1)),
});

async function refusal(tensor: Tensor): Promise<string> {
  const error = await thrownBy(() => {
    validateRequest(signature, { inputs: new Map([['images', tensor]]) });
  });
  if (!(error instanceof ServingError)) throw new Error('accepted');
  expect(error.kind).to.equal('invalid-input');
  expect(error.message).to.include('"images"');
  return error.message;
}

describe('validateRequest', () => {
  it('accepts any number of rows where the signature leaves it open', () => {
    for (const rows of [1, 2, 50]) {
      validateRequest(signature, { inputs: new Map([['images', floats(rows, 2, 3)]]), outputs: ['scores'] });
    }
  });

  it('says which sizes it expected and which it got', async () => {
    expect(await refusal(floats(1, 2, 4)))
      .to.include('[?, 2, 3]')
      .and.include('[1, 2, 4]');
    expect(await refusal(floats(2, 3)))
      .to.include('[?, 2, 3]')
      .and.include('[2, 3]');
  });

  it('says which datatype it expected and which it got', async () => {
    const bytes: Tensor = { datatype: 'uint8', shape: [1, 2, 3], elements: new Uint8Array(6) };
    expect(await refusal(bytes))
      .to.include('float32')
      .and.include('uint8');
  });

  it('refuses an empty tensor', async () => {
    expect(await refusal(floats(0, 2, 3))).to.include('[0, 2, 3]');
  });

  it('refuses fewer or more elements than the shape holds', async () => {
    const short: Tensor = { datatype: 'float32', shape: [2, 2, 3], elements: new Float32Array(11) };
    expect(await refusal(short))
      .to.include('12')
      .and.include('11');
  });
});
