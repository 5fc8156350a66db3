/** The body of :predict, row by row and column by column, right, wrong and hostile. */
import { expect } from 'chai';
import type { Signature } from '../../../../../gateway/domain/engine.ts';
import { ServingError } from '../../../../../gateway/domain/errors.ts';
import type { Datatype, Tensor } from '../../../../../gateway/domain/tensor.ts';
import { parseJsonText } from '../../../../../gateway/wire/json/json-text.ts';
import {
  type PredictCall,
  readPredictRequest,
} from '../../../../../gateway/wire/tensorflow-serving/predict-request-json.ts';
import { thrownBy } from '../../../../support/thrown-by.ts';

/** The shape does not matter to the reader: what comes is the engine's to compare. */
function signature(inputs: Readonly<Record<string, Datatype>>): Signature {
  return {
    name: 'serving_default',
    inputs: Object.entries(inputs).map(([name, datatype]) => ({ name, datatype, shape: [null] })),
    outputs: [],
  };
}

const read = (body: string, inputs: Readonly<Record<string, Datatype>>): PredictCall =>
  readPredictRequest(parseJsonText(body), () => signature(inputs));

const float32 = (shape: readonly number[], ...values: number[]): Tensor => ({
  datatype: 'float32',
  shape,
  elements: Float32Array.from(values),
});

describe('readPredictRequest', () => {
  const cases: readonly [
    title: string,
    body: string,
    inputs: Readonly<Record<string, Datatype>>,
    Readonly<Record<string, Tensor>>,
  ][] = [
    ['rows of one input', '{"instances":[1.0,2.5,NaN]}', { x: 'float32' }, { x: float32([3], 1, 2.5, NaN) }],
    [
      'rows of lists',
      '{"instances":[[1,2],[3,4],[5,6]]}',
      { x: 'float32' },
      { x: float32([3, 2], 1, 2, 3, 4, 5, 6) },
    ],
    [
      'rows under the name of one input',
      '{"instances":[{"x":[1]},{"x":[2]}]}',
      { x: 'float32' },
      { x: float32([2, 1], 1, 2) },
    ],
    [
      'rows of two inputs',
      '{"instances":[{"a":1,"b":[0.5]},{"b":[1.5],"a":2}]}',
      { a: 'int32', b: 'float32' },
      { a: { datatype: 'int32', shape: [2], elements: Int32Array.of(1, 2) }, b: float32([2, 1], 0.5, 1.5) },
    ],
    [
      'bytes and texts as rows',
      '{"instances":[{"b64":"/9j/"},"zwölf"]}',
      { image_bytes: 'string' },
      {
        image_bytes: {
          datatype: 'string',
          shape: [2],
          elements: [Buffer.of(0xff, 0xd8, 0xff), Buffer.from('zwölf')],
        },
      },
    ],
    [
      'bytes under a name',
      '{"instances":[{"image":{"b64":"AA=="}}]}',
      { image: 'string' },
      { image: { datatype: 'string', shape: [1], elements: [Buffer.of(0)] } },
    ],
    ['a bare column', '{"inputs":[[1,2]]}', { x: 'float32' }, { x: float32([1, 2], 1, 2) }],
    ['a bare scalar', '{"inputs":-0.5}', { x: 'float32' }, { x: float32([], -0.5) }],
    [
      'bytes as a scalar column',
      '{"inputs":{"b64":"AQ=="}}',
      { x: 'string' },
      { x: { datatype: 'string', shape: [], elements: [Buffer.of(1)] } },
    ],
    [
      'named columns of every type',
      '{"inputs":{"a":[true,false],"b":[255],"c":[-128],"d":[65535],"e":[-32768],"f":[9007199254740991],"g":[0.5],"h":[0.1]}}',
      { a: 'bool', b: 'uint8', c: 'int8', d: 'uint16', e: 'int16', f: 'int64', g: 'float16', h: 'float64' },
      {
        a: { datatype: 'bool', shape: [2], elements: Uint8Array.of(1, 0) },
        b: { datatype: 'uint8', shape: [1], elements: Uint8Array.of(255) },
        c: { datatype: 'int8', shape: [1], elements: Int8Array.of(-128) },
        d: { datatype: 'uint16', shape: [1], elements: Uint16Array.of(65535) },
        e: { datatype: 'int16', shape: [1], elements: Int16Array.of(-32768) },
        f: { datatype: 'int64', shape: [1], elements: BigInt64Array.of(9007199254740991n) },
        g: { datatype: 'float16', shape: [1], elements: Uint16Array.of(0x3800) },
        h: { datatype: 'float64', shape: [1], elements: Float64Array.of(0.1) },
      },
    ],
    ['no rows', '{"instances":[]}', { x: 'float32' }, { x: float32([0]) }],
    ['rows without values', '{"instances":[[],[]]}', { x: 'float32' }, { x: float32([2, 0]) }],
    [
      'infinities',
      '{"inputs":[Infinity,-Infinity]}',
      { x: 'float32' },
      { x: float32([2], Infinity, -Infinity) },
    ],
    ['the last of equal keys', '{"inputs":1,"inputs":2}', { x: 'float32' }, { x: float32([], 2) }],
    [
      'what it does not know beside the inputs',
      '{"inputs":1,"parameters":{}}',
      { x: 'float32' },
      { x: float32([], 1) },
    ],
  ];
  cases.forEach(([title, body, inputs, tensors]) => {
    it(`reads ${title}`, () => {
      const call = read(body, inputs);
      expect(call.form).to.equal(body.startsWith('{"instances"') ? 'row' : 'column');
      expect(Object.fromEntries(call.inputs)).to.deep.equal(tensors);
    });
  });

  it('asks for the signature that the request names', () => {
    const asked: (string | undefined)[] = [];
    const calls = [
      '{"signature_name":"s","inputs":1}',
      '{"inputs":1}',
      '{"signature_name":"","inputs":1}',
    ].map((body) =>
      readPredictRequest(parseJsonText(body), (name) => {
        asked.push(name);
        return signature({ x: 'float32' });
      }),
    );
    expect(asked).to.deep.equal(['s', undefined, undefined]);
    expect(calls.map(({ signatureName }) => signatureName)).to.deep.equal(asked);
  });

  const faults: readonly [title: string, body: string, inputs: Readonly<Record<string, Datatype>>, RegExp][] =
    [
      ['neither key', '{}', { x: 'float32' }, /^Missing 'inputs' or 'instances' key$/],
      ['both keys', '{"inputs":1,"instances":[1]}', { x: 'float32' }, /not both/],
      ['a body that is a list', '[1]', { x: 'float32' }, /JSON object/],
      ['a signature that is no text', '{"signature_name":1,"inputs":1}', { x: 'float32' }, /signature_name/],
      ['instances that are no list', '{"instances":{"x":1}}', { x: 'float32' }, /'instances' must be a list/],
      ['values for two inputs', '{"instances":[1]}', { a: 'float32', b: 'float32' }, /"a", "b"/],
      ['a bare column for two inputs', '{"inputs":[1]}', { a: 'float32', b: 'float32' }, /"a", "b"/],
      ['a missing name', '{"instances":[{"a":1}]}', { a: 'float32', b: 'float32' }, /exactly the inputs/],
      ['a name too many', '{"inputs":{"a":1,"c":2}}', { a: 'float32' }, /exactly the inputs/],
      [
        'an inherited name',
        '{"instances":[{"a":1}]}',
        Object.fromEntries([['toString', 'float32']]),
        /exactly the inputs/,
      ],
      ['values beside objects', '{"instances":[{"x":1},2]}', { x: 'float32' }, /all be objects/],
      ['lists of different lengths', '{"instances":[[1,2],[3]]}', { x: 'float32' }, /different lengths/],
      ['a list beside a value', '{"instances":[[1],2]}', { x: 'float32' }, /lists beside values/],
      ['a value beside a list', '{"instances":[1,[2]]}', { x: 'float32' }, /element 1/],
      ['a text for a number', '{"instances":[1,2,"3"]}', { x: 'float32' }, /"x" .*float32.* element 2/],
      ['null for a number', '{"instances":[null]}', { x: 'float32' }, /element 0/],
      ['a fraction for an integer', '{"instances":[1.5]}', { x: 'int32' }, /int32/],
      ['256 for a byte', '{"instances":[256]}', { x: 'uint8' }, /uint8/],
      ['NaN for an integer', '{"instances":[NaN]}', { x: 'int32' }, /int32/],
      ['a text of digits for an integer', '{"instances":["5"]}', { x: 'int32' }, /int32/],
      ['an integer that was rounded', '{"instances":[9007199254740993]}', { x: 'int64' }, /int64/],
      ['more than a float holds', '{"instances":[1e39]}', { x: 'float32' }, /float32/],
      ['more than a half holds', '{"instances":[65520]}', { x: 'float16' }, /float16/],
      ['1 for true', '{"instances":[1]}', { x: 'bool' }, /bool/],
      ['a number for a text', '{"instances":[1]}', { x: 'string' }, /b64/],
      ['what is no base64', '{"instances":[{"b64":"<html>"}]}', { x: 'string' }, /not valid base64/],
      ['b64 that is no text', '{"instances":[{"b64":7}]}', { x: 'string' }, /not valid base64/],
      ['bytes for a number', '{"inputs":[{"b64":"AA=="}]}', { x: 'float32' }, /element 0/],
    ];
  faults.forEach(([title, body, inputs, sentence]) => {
    it(`refuses ${title}`, async () => {
      const error = await thrownBy(() => read(body, inputs));
      expect(error).to.be.instanceOf(ServingError).that.includes({ kind: 'invalid-input' });
      expect(error).to.have.property('message').that.matches(sentence);
    });
  });

  it('refuses 250000 lists in each other', async () => {
    const depth = 250_000;
    const error = await thrownBy(() =>
      read(`{"inputs":${'['.repeat(depth)}${']'.repeat(depth)}}`, { x: 'float32' }),
    );
    expect(error).to.be.instanceOf(ServingError).that.includes({ kind: 'invalid-input' });
  });

  it('asks for no memory on the word of the first list: 100000 lists of 100000 would be 40 GB', async () => {
    const row = `[${'0,'.repeat(99_999)}0]`;
    const body = `{"instances":[${row}${',[0]'.repeat(99_999)}]}`;
    const error = await thrownBy(() => read(body, { x: 'float32' }));
    expect(error)
      .to.have.property('message')
      .that.matches(/different lengths/);
  });
});
