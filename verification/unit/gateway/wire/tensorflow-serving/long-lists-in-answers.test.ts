/** Long lists of numbers in an answer, which are read without being parsed, and what only looks like them. */
import { expect } from 'chai';
import type { TensorSpecification } from '../../../../../gateway/domain/engine.ts';
import type { Tensor } from '../../../../../gateway/domain/tensor.ts';
import { MalformedAnswer } from '../../../../../gateway/wire/tensorflow-serving/malformed-answer.ts';
import { readPredictResponse } from '../../../../../gateway/wire/tensorflow-serving/predict-response-json.ts';
import { thrownBy } from '../../../../support/thrown-by.ts';

const specification = (name: string, datatype: Tensor['datatype']): TensorSpecification => ({
  name,
  datatype,
  shape: [null],
});

describe('readPredictResponse, of long lists', () => {
  const numbers = Array.from({ length: 500 }, (_, index) => (index - 250) / 7);
  const list = JSON.stringify(numbers);
  const indices = JSON.stringify(Array.from(numbers.keys()));
  const float = { name: 'p', datatype: 'float32', shape: [null, 500] } as const;
  const both = [specification('classes', 'int64'), float];
  const rows = (count: number): Tensor => ({
    datatype: 'float32',
    shape: [count, 500],
    elements: Float32Array.from({ length: count * 500 }, (_, index) => numbers[index % 500] ?? NaN),
  });

  const read: readonly [string, string, readonly TensorSpecification[], Readonly<Record<string, Tensor>>][] =
    [
      ['a row', `{"predictions": [${list}]}`, [float], { p: rows(1) }],
      ['a column', `{"outputs": [ ${list} ]}`, [float], { p: rows(1) }],
      ['rows', `{"predictions":[${list},\n    ${list},${list}]}`, [float], { p: rows(3) }],
      [
        'rows with names',
        `{"predictions":[{"p":${list},"classes":7},{"classes":286,"p":${list}}]}`,
        both,
        { p: rows(2), classes: { datatype: 'int64', shape: [2], elements: BigInt64Array.of(7n, 286n) } },
      ],
      [
        'columns with names',
        `{"outputs":{"p":[${list}],"classes":[9007199254740993]}}`,
        both,
        {
          p: rows(1),
          classes: { datatype: 'int64', shape: [1], elements: BigInt64Array.of(9_007_199_254_740_993n) },
        },
      ],
      [
        'a width that the signature does not tell',
        `{"predictions":[${list},${list}]}`,
        [{ ...float, shape: [null, null] }],
        { p: rows(2) },
      ],
      [
        'another width than the signature tells',
        `{"predictions":[${list}]}`,
        [{ ...float, shape: [null, 501] }],
        { p: rows(1) },
      ],
      ['one axis', `{"outputs":${list}}`, [{ ...float, shape: [500] }], { p: { ...rows(1), shape: [500] } }],
      [
        'tokens that JSON does not have',
        `{"predictions":[[NaN,${list.slice(1)}]}`,
        [{ ...float, shape: [null, 501] }],
        {
          p: {
            datatype: 'float32',
            shape: [1, 501],
            elements: Float32Array.of(NaN, ...numbers),
          },
        },
      ],
      [
        'integers',
        `{"predictions":[${indices}]}`,
        [{ ...float, datatype: 'int32' }],
        { p: { datatype: 'int32', shape: [1, 500], elements: Int32Array.from(numbers.keys()) } },
      ],
      [
        'integers beside floats',
        `{"outputs":{"p":[${list}],"classes":${indices}}}`,
        both,
        {
          p: rows(1),
          classes: { datatype: 'int64', shape: [500], elements: BigInt64Array.from(numbers.keys(), BigInt) },
        },
      ],
      [
        'integers that a 64-bit float does not hold',
        `{"outputs":{"p":[${list}],"classes":[9007199254740993,${indices.slice(1)}}}`,
        both,
        {
          p: rows(1),
          classes: {
            datatype: 'int64',
            shape: [501],
            elements: BigInt64Array.of(9_007_199_254_740_993n, ...Array.from(numbers.keys(), BigInt)),
          },
        },
      ],
      [
        'texts in which there are lists',
        `{"predictions":[{"p":${list},"classes":"${list}"}]}`,
        [specification('classes', 'string'), float],
        { p: rows(1), classes: { datatype: 'string', shape: [1], elements: [Buffer.from(list)] } },
      ],
    ];
  for (const [title, text, specifications, outputs] of read)
    it(`reads ${title}`, () => {
      const expected = new Map(specifications.map(({ name }) => [name, outputs[name]] as const));
      expect(readPredictResponse(Buffer.from(text), specifications)).to.deep.equal(expected);
    });

  const wrong: readonly [string, string][] = [
    ['lists of different lengths', `{"predictions":[${list},[1,${list.slice(1)}]}`],
    ['a list beside a number', `{"predictions":[${list},1]}`],
    ['a number that 32 bits cannot hold', `{"predictions":[[1e39,${list.slice(1)}]}`],
    ['two commas', `{"predictions":[[1,,${list.slice(1)}]}`],
    ['a list where a text should end', `{"predictions":"[${list}]}`],
    ['half an answer', `{"predictions":[${list}`],
  ];
  for (const [title, text] of wrong)
    it(`says that ${title} is malformed`, async () => {
      for (const one of [float, { ...float, datatype: 'int32' } as const])
        expect(await thrownBy(() => readPredictResponse(Buffer.from(text), [one]))).to.be.instanceOf(
          MalformedAnswer,
        );
    });

  it('takes a list for no text', async () => {
    const text = `{"predictions":[${list}]}`;
    expect(
      await thrownBy(() => readPredictResponse(Buffer.from(text), [specification('p', 'string')])),
    ).to.be.instanceOf(MalformedAnswer);
  });
});
