/** Tensors that the Open Inference Protocol refuses over REST. */
import { input, numbers, RefusingServer, type Refusal } from '../support/refusing-server.ts';

const refused: readonly Refusal[] = [
  [
    'a wrong datatype',
    { path: numbers, body: input({ datatype: 'INT32' }) },
    400,
    /is INT32; this model takes FP32/,
  ],
  [
    'a datatype that does not exist',
    { path: numbers, body: input({ datatype: 'FLOAT' }) },
    400,
    /does not exist; it is one of BOOL/,
  ],
  [
    'a datatype that no model here has',
    { path: numbers, body: input({ datatype: 'BF16' }) },
    400,
    /is BF16; this model takes FP32/,
  ],
  ['no datatype', { path: numbers, body: input({ datatype: null }) }, 400, /has no datatype/],
  [
    'a wrong rank',
    { path: numbers, body: input({ shape: [1, 2] }) },
    400,
    /must have the shape \[\?\], not \[1, 2\]/,
  ],
  [
    'a shape with another product',
    { path: numbers, body: input({ shape: [3] }) },
    400,
    /is 3 elements; its "data" holds 2/,
  ],
  ['a negative size', { path: numbers, body: input({ shape: [-2] }) }, 400, /a size in its shape that is -2/],
  [
    'a size that is no whole number',
    { path: numbers, body: input({ shape: [1.5] }) },
    400,
    /is 1\.5; sizes are whole numbers/,
  ],
  ['a size that is no number', { path: numbers, body: input({ shape: ['2'] }) }, 400, /is no number/],
  [
    'sizes beyond every number',
    { path: numbers, body: input({ shape: [2 ** 40, 2 ** 40] }) },
    400,
    /more elements than anything can hold/,
  ],
  [
    'a huge shape with a tiny body',
    { path: numbers, body: input({ shape: [2 ** 40] }) },
    400,
    /is 1099511627776 elements; its "data" holds 2/,
  ],
  ['a shape of no elements', { path: numbers, body: input({ shape: [0], data: [] }) }, 400, /is empty/],
  [
    'no shape',
    { path: numbers, body: input({ shape: null }) },
    400,
    /"shape" of the input "x" must be a list/,
  ],
  [
    'a value of another type',
    { path: numbers, body: input({ data: [1, 'a'] }) },
    400,
    /Element 1 of the input "x", counted from 0, is no value of FP32/,
  ],
  [
    'an integer with a fraction',
    {
      path: numbers,
      body: JSON.stringify({
        inputs: ['a', 'b'].map((name) => ({ name, shape: [1], datatype: 'INT64', data: [0.5] })),
      }),
    },
    400,
    /no value of INT64/,
  ],
  ['lists of different lengths', { path: numbers, body: input({ data: [[1], [2, 3]] }) }, 400, /equal lists/],
  ['data that are no list', { path: numbers, body: input({ data: { a: 1 } }) }, 400, /must be a list/],
  ['no data', { path: numbers, body: input({ data: null }) }, 400, /neither "data" nor "binary_data_size"/],
  [
    'an input twice',
    {
      path: numbers,
      body: JSON.stringify({
        inputs: [1, 2].map(() => ({ name: 'x', shape: [1], datatype: 'FP32', data: [1] })),
      }),
    },
    400,
    /two inputs called "x"/,
  ],
  [
    'an output twice',
    { path: numbers, body: input({}, { outputs: [{ name: 'y' }, { name: 'y' }] }) },
    400,
    /two outputs called "y"/,
  ],
  [
    'an unknown input',
    { path: numbers, body: input({ name: 'z' }) },
    400,
    /There is no input "z"; there is "x" \(FP32\)/,
  ],
  [
    'an unknown output',
    { path: numbers, body: input({}, { outputs: [{ name: 'z' }] }) },
    400,
    /no output "z"; the outputs are "y"/,
  ],
  [
    'an unknown signature',
    { path: numbers, body: input({}, { parameters: { signature_name: 'none' } }) },
    400,
    /no signature "none"/,
  ],
  [
    'a classification of no number',
    { path: numbers, body: input({}, { outputs: [{ name: 'y', parameters: { classification: -1 } }] }) },
    400,
    /"classification" must be a whole number/,
  ],
  ['no inputs', { path: numbers, body: '{"inputs":[]}' }, 400, /at least one input/],
  [
    'an input that is no object',
    { path: numbers, body: '{"inputs":[1]}' },
    400,
    /An input must be an object/,
  ],
  ['an id that is no text', { path: numbers, body: input({}, { id: 7 }) }, 400, /"id" must be a text/],
  [
    'parameters that are no object',
    { path: numbers, body: input({}, { parameters: [] }) },
    400,
    /"parameters" of the request must be an object/,
  ],
  ['no JSON', { path: numbers, body: '{"inputs":' }, 400, /^JSON Parse error/],
  ['a body of nothing', { path: numbers, body: '' }, 400, /empty/],
  ['JSON that is no object', { path: numbers, body: '[]' }, 400, /must be a JSON object/],
  ['text that is not UTF-8', { path: numbers, body: Buffer.from([0x7b, 0xff, 0x7d]) }, 400, /not UTF-8/],
  [
    'lists 250 000 deep',
    { path: numbers, body: '['.repeat(250_000) + ']'.repeat(250_000) },
    400,
    /must be a JSON object/,
  ],
  [
    'lists 250 000 deep that never end',
    { path: numbers, body: `{"inputs":${'['.repeat(250_000)}` },
    400,
    /^JSON Parse error/,
  ],
  [
    'data 250 000 deep',
    {
      path: numbers,
      body: `{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":${'['.repeat(250_000)}1${']'.repeat(250_000)}}]}`,
    },
    400,
    /more than 254 levels/,
  ],
];

describe('refused tensors', () => {
  const refusing = new RefusingServer();
  before(() => refusing.start());
  after(() => refusing.stop());

  for (const refusal of refused) {
    it(`${refusal[0]} → ${refusal[2]}`, () => refusing.expectRefusal(refusal));
  }
});
