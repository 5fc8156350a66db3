/** The schemas of TensorFlow Serving's bodies admit what the readers take, and refuse what they refuse. */
import { expect } from 'chai';
import type { Signature } from '../../../../../gateway/domain/engine.ts';
import { ServingError } from '../../../../../gateway/domain/errors.ts';
import { conforms } from '../../../../../gateway/wire/openapi/conforms.ts';
import { readExamplesRequest } from '../../../../../gateway/wire/tensorflow-serving/example-json.ts';
import { readPredictRequest } from '../../../../../gateway/wire/tensorflow-serving/predict-request-json.ts';
import {
  examplesRequestSchema,
  predictRequestSchema,
} from '../../../../../gateway/wire/tensorflow-serving/request-schemas.ts';
import { changed, pick, randomNumbers } from '../../../../support/made-up-json.ts';
import { isTaken } from '../../../../support/is-taken.ts';

const rounds = 5_000;
const signature: Signature = {
  name: 'serving_default',
  inputs: [{ name: 'x', datatype: 'float32', shape: [null, 2] }],
  outputs: [{ name: 'y', datatype: 'float32', shape: [null, 1] }],
};

describe('the schemas of TensorFlow Serving’s requests', function () {
  this.timeout(20_000);

  it('agree with the reader of :classify and :regress about any JSON', () => {
    const random = randomNumbers(1);
    const sound: readonly [unknown, ...unknown[]] = [
      { examples: [{ a: 1, b: [1.5, 2], c: 'text', d: ['x', { b64: 'AAAA' }], e: { b64: '' } }, {}] },
      { signature_name: '', context: { a: [] }, examples: [{ image: { b64: '/9j/' } }] },
    ];
    const counts = { taken: 0, refused: 0 };
    for (let round = 0; round < rounds; round += 1) {
      let value = pick(random, sound);
      for (let step = 0; step < round % 4; step += 1) value = changed(value, random);
      const isRead = isTaken(() => readExamplesRequest(JSON.stringify(value)));
      counts[isRead ? 'taken' : 'refused'] += 1;
      expect(conforms(examplesRequestSchema, value), JSON.stringify(value)).to.equal(isRead);
    }
    expect(Math.min(counts.taken, counts.refused)).to.be.above(rounds / 10);
  });

  it('agree with the reader of :predict about everything but the tensors, which follow from the model', () => {
    const absent = Symbol('absent');
    const random = randomNumbers(2);
    const counts = { taken: 0, refused: 0 };
    for (let round = 0; round < rounds; round += 1) {
      const value = Object.fromEntries(
        Object.entries({
          signature_name: pick<unknown>(random, [absent, absent, 'serving_default', '', null, 3, ['a'], {}]),
          instances: pick<unknown>(random, [
            absent,
            [[1, 2]],
            [{ x: [1, 2] }, { x: [3, 4] }],
            null,
            'text',
            3,
            { x: 1 },
          ]),
          inputs: pick<unknown>(random, [absent, absent, [[1, 2]], { x: [[1, 2]] }]),
          stranger: pick<unknown>(random, [absent, null, []]),
        }).filter(([, member]) => member !== absent),
      );
      const isRead = isTaken(() => readPredictRequest(value, () => signature));
      counts[isRead ? 'taken' : 'refused'] += 1;
      expect(conforms(predictRequestSchema, value), JSON.stringify(value)).to.equal(isRead);
    }
    expect(Math.min(counts.taken, counts.refused)).to.be.above(rounds / 20);
  });

  it('admit whatever the reader of :predict takes', () => {
    const random = randomNumbers(3);
    let taken = 0;
    for (let round = 0; round < rounds; round += 1) {
      let value: unknown = {
        signature_name: 's',
        instances: [
          [1, 2],
          [3, 4],
        ],
      };
      for (let step = 0; step < round % 3; step += 1) value = changed(value, random);
      if (!isTaken(() => readPredictRequest(value, () => signature))) continue;
      taken += 1;
      expect(conforms(predictRequestSchema, value), JSON.stringify(value)).to.equal(true);
    }
    expect(taken).to.be.above(rounds / 10);
  });

  it('are compared with what readers refuse by a sentence, not with their accidents', () => {
    expect(
      isTaken(() => {
        throw new ServingError('invalid-input', 'no');
      }),
    ).to.equal(false);
    expect(() =>
      isTaken(() => {
        throw new TypeError('a fault');
      }),
    ).to.throw(TypeError);
  });
});
