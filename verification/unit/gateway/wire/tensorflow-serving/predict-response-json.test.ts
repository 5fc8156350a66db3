/** The answer to :predict, as TensorFlow Serving writes it, and answers that hold something else. */
import { expect } from 'chai';
import type { TensorSpecification } from '../../../../../gateway/domain/engine.ts';
import { ServingError } from '../../../../../gateway/domain/errors.ts';
import type { Tensor } from '../../../../../gateway/domain/tensor.ts';
import { MalformedAnswer } from '../../../../../gateway/wire/tensorflow-serving/malformed-answer.ts';
import {
  readPredictResponse,
  writePredictResponse,
} from '../../../../../gateway/wire/tensorflow-serving/predict-response-json.ts';
import { thrownBy } from '../../../../support/thrown-by.ts';

const classes: Tensor = { datatype: 'int64', shape: [2], elements: BigInt64Array.of(286n, 1000n) };
const scores: Tensor = { datatype: 'float32', shape: [2, 2], elements: Float32Array.of(0.1, 1, NaN, 0.25) };
const texts: Tensor = {
  datatype: 'string',
  shape: [2],
  elements: [Buffer.from('cat "x"'), Buffer.from('é')],
};

const specification = (name: string, datatype: Tensor['datatype']): TensorSpecification => ({
  name,
  datatype,
  shape: [null],
});

describe('writePredictResponse', () => {
  const cases: readonly [string, Readonly<Record<string, Tensor>>, 'row' | 'column', string][] = [
    ['one output in rows, without its name', { p: scores }, 'row', '{"predictions":[[0.1,1.0],[NaN,0.25]]}'],
    [
      'two outputs in rows',
      { classes, probabilities: scores },
      'row',
      '{"predictions":[{"classes":286,"probabilities":[0.1,1.0]},{"classes":1000,"probabilities":[NaN,0.25]}]}',
    ],
    ['one output in columns, without its name', { classes }, 'column', '{"outputs":[286,1000]}'],
    [
      'two outputs in columns',
      { classes, p: scores },
      'column',
      '{"outputs":{"classes":[286,1000],"p":[[0.1,1.0],[NaN,0.25]]}}',
    ],
    ['texts', { labels: texts }, 'row', '{"predictions":["cat \\"x\\"","é"]}'],
    [
      'bytes by their name',
      { image_bytes: texts },
      'row',
      '{"predictions":[{"b64":"Y2F0ICJ4Ig=="},{"b64":"w6k="}]}',
    ],
    [
      'a scalar in columns',
      { loss: { datatype: 'float32', shape: [], elements: Float32Array.of(3) } },
      'column',
      '{"outputs":3.0}',
    ],
    [
      'no rows',
      { p: { datatype: 'float32', shape: [0, 5], elements: Float32Array.of() } },
      'row',
      '{"predictions":[]}',
    ],
  ];
  cases.forEach(([title, outputs, form, text]) => {
    it(`writes ${title}`, () => {
      expect(writePredictResponse(new Map(Object.entries(outputs)), form)).to.equal(text);
    });
  });

  const unequal: readonly [string, Tensor][] = [
    ['another number of rows', { datatype: 'int32', shape: [3], elements: Int32Array.of(1, 2, 3) }],
    ['no rows at all', { datatype: 'int32', shape: [], elements: Int32Array.of(1) }],
  ];
  unequal.forEach(([title, other]) => {
    it(`refuses rows of outputs of which one has ${title}`, async () => {
      const outputs = new Map([
        ['classes', classes],
        ['other', other],
      ]);
      const error = await thrownBy(() => writePredictResponse(outputs, 'row'));
      expect(error).to.be.instanceOf(ServingError).that.includes({ kind: 'invalid-input' });
      expect(writePredictResponse(outputs, 'column')).to.match(
        /^\{"outputs":\{"classes":\[286,1000\],"other":/,
      );
    });
  });
});

describe('readPredictResponse', () => {
  (['row', 'column'] as const).forEach((form) => {
    it(`reads back what was written, form ${form}`, () => {
      const outputs = new Map<string, Tensor>([
        ['classes', classes],
        ['p', scores],
        ['labels', texts],
        ['raw_bytes', texts],
      ]);
      const specifications = Array.from(outputs, ([name, { datatype }]) => specification(name, datatype));
      expect(readPredictResponse(writePredictResponse(outputs, form), specifications)).to.deep.equal(outputs);
      for (const [name, tensor] of outputs) {
        const one = new Map([[name, tensor]]);
        const text = Buffer.from(writePredictResponse(one, form));
        expect(readPredictResponse(text, [specification(name, tensor.datatype)])).to.deep.equal(one);
      }
    });
  });

  it('reads the answer of the documentation, in several lines', () => {
    const text = '{\n    "predictions": [2.5, 3.0, 4.5\n    ]\n}';
    expect(readPredictResponse(text, [specification('y', 'float32')]).get('y')).to.deep.equal({
      datatype: 'float32',
      shape: [3],
      elements: Float32Array.of(2.5, 3, 4.5),
    });
  });

  (
    [
      '{"predictions":[{"y":1.0,"z":"none"},{"z":[[]],"y":2}]}',
      '{"outputs":{"z":{"b64":0},"y":[1,2]}}',
    ] as const
  ).forEach((text) => {
    it(`reads nothing that nobody asked for, whatever it claims to be: ${text}`, () => {
      const outputs = [specification('y', 'float32'), specification('z', 'int64')];
      expect(readPredictResponse(text, outputs, ['y'])).to.deep.equal(
        new Map([['y', { datatype: 'float32', shape: [2], elements: Float32Array.of(1, 2) }]]),
      );
    });
  });

  it('misses no output that nobody asked for, but takes no answer without names for one of several outputs', async () => {
    const outputs = [specification('y', 'float32'), specification('z', 'int64')];
    expect(readPredictResponse('{"outputs":{"y":[1]}}', outputs, ['y']).size).to.equal(1);
    for (const text of ['{"outputs":[1]}', '{"predictions":[1]}'])
      expect(await thrownBy(() => readPredictResponse(text, outputs, ['y']))).to.be.instanceOf(
        MalformedAnswer,
      );
  });

  it('leaves out outputs that the signature does not have', () => {
    const text = '{"predictions":[{"y":1.0,"z":2.0}]}';
    expect(Array.from(readPredictResponse(text, [specification('y', 'float32')]).keys())).to.deep.equal([
      'y',
    ]);
  });

  const two = [specification('classes', 'int64'), specification('p', 'float32')];
  const one = [specification('p', 'float32')];
  const wrong: readonly [string, string, readonly TensorSpecification[]][] = [
    ['nothing', '', one],
    ['a page', '<html>502 Bad Gateway</html>', one],
    ['half an answer', '{"predictions":[[0.1,', one],
    ['an error with 200', '{"error":"Servable not found"}', one],
    ['a list', '[0.1]', one],
    ['null', 'null', one],
    ['predictions that are no list', '{"predictions":0.5}', one],
    ['rows without names', '{"predictions":[[0.1],[0.2]]}', two],
    ['columns without names', '{"outputs":[1]}', two],
    ['an output missing', '{"predictions":[{"classes":1}]}', two],
    ['an output missing from the second row', '{"outputs":{"classes":[1]}}', two],
    ['an output that is inherited only', '{"predictions":[{"a":1}]}', [specification('toString', 'int32')]],
    ['lists of different lengths', '{"predictions":[[0.1],[0.2,0.3]]}', one],
    ['texts for numbers', '{"predictions":["a"]}', one],
    ['null for a number', '{"predictions":[null]}', one],
    ['a fraction for a class', '{"predictions":[{"classes":1.5,"p":1.0}]}', two],
  ];
  wrong.forEach(([title, text, outputs]) => {
    it(`says that ${title} is malformed`, async () => {
      expect(await thrownBy(() => readPredictResponse(text, outputs))).to.be.instanceOf(MalformedAnswer);
    });
  });
});
