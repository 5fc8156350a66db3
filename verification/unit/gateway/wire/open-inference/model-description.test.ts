/** What the Open Inference Protocol is told of an output whose rank only the answer tells. */
import { expect } from 'chai';
import {
  configureModel,
  describeModel,
} from '../../../../../gateway/wire/open-inference/model-description.ts';

const signature = {
  name: 'serving_default',
  inputs: [{ name: 'x', datatype: 'float32', shape: [null, 3] }],
  outputs: [{ name: 'y', datatype: 'float32', shape: undefined }],
} as const;
const model = { name: 'open', versions: ['1'], signature, maxRows: 64 };

describe('an output of unknown rank in the Open Inference Protocol', () => {
  it('is one open size, since the protocol has no other word', () => {
    expect(describeModel(model).outputs).to.deep.equal([{ name: 'y', datatype: 'FP32', shape: [-1] }]);
  });

  it('promises no axis of rows', () => {
    const { max_batch_size: rows, input, output } = configureModel(model);
    expect([rows, input[0]?.dims, output[0]?.dims]).to.deep.equal([0, [-1, 3], [-1]]);
  });
});
