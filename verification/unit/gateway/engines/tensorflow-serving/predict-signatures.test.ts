/** The signatures of a model that can be asked by tensor. */
import { expect } from 'chai';
import { predictSignatures } from '../../../../../gateway/engines/tensorflow-serving/predict-signatures.ts';

const outputs = [{ name: 'scores', datatype: 'float32', shape: [null, 2] }] as const;
const inputs = [{ name: 'inputs', datatype: 'string', shape: [null] }] as const;
const signature = (name: string, method: string, more = {}) => ({
  name,
  inputs,
  outputs,
  methodName: method,
  ...more,
});

describe('the signatures that can be asked by tensor', () => {
  it('are all that answer something, the usual one first', () => {
    const names = predictSignatures([
      signature('another', 'tensorflow/serving/predict'),
      signature('classify', 'tensorflow/serving/classify'),
      signature('serving_default', 'tensorflow/serving/predict'),
      signature('regress', 'tensorflow/serving/regress'),
      signature('own', ''),
      signature('initialise', '', { inputs: [], outputs: [] }),
    ]).map(({ name }) => name);
    expect(names).to.deep.equal(['serving_default', 'another', 'classify', 'regress', 'own']);
  });
});
