/** Pictures and binary tensors that the Open Inference Protocol refuses over REST. */
import type { KeptRequest } from '../support/keep-alive-caller.ts';
import { b64, numbers, picture, pictures, RefusingServer, type Refusal } from '../support/refusing-server.ts';

function binary(
  parameters: object,
  tail: Buffer,
  change: object = {},
): { readonly head: string; readonly body: Buffer } {
  const head = JSON.stringify({
    inputs: [{ name: 'x', shape: [2], datatype: 'FP32', parameters, ...change }],
  });
  return { head, body: Buffer.concat([Buffer.from(head), tail]) };
}

function binaryRequest(parameters: object, tail: Buffer, change: object = {}): KeptRequest {
  const { head, body } = binary(parameters, tail, change);
  return { path: numbers, headers: { 'Inference-Header-Content-Length': String(head.length) }, body };
}

const headLength = (value: string): KeptRequest => ({
  path: numbers,
  headers: { 'Inference-Header-Content-Length': value },
  body: binary({ binary_data_size: 8 }, Buffer.alloc(8)).body,
});

const refused: readonly Refusal[] = [
  ['invalid base64', { path: pictures, body: picture('%%%') }, 400, /not valid base64/],
  ['base64 of no picture', { path: pictures, body: picture('AAAA') }, 400, /The picture is not JPEG/],
  ['an empty picture', { path: pictures, body: picture('') }, 400, /The picture is empty/],
  [
    'a bad picture among good ones',
    { path: pictures, body: picture([b64, 'AAAA'], [2]) },
    400,
    /^picture 2 of 2: The picture is not JPEG/,
  ],
  [
    'fewer pictures than the shape says',
    { path: pictures, body: picture([b64], [2]) },
    400,
    /is 2 elements; 1 came/,
  ],
  [
    'more pictures than are taken',
    { path: pictures, body: picture(Array(9).fill(b64), [9]) },
    400,
    /holds 9 pictures; at most 8/,
  ],
  ['pictures that are numbers', { path: pictures, body: picture([1]) }, 400, /must be texts/],
  ['no pictures', { path: pictures, body: picture([], [0]) }, 400, /holds no picture/],
  [
    'a header that ends after the body',
    headLength('1000'),
    400,
    /says 1000 bytes of JSON; the whole body has/,
  ],
  ['a negative header', headLength('-1'), 400, /must be the number of bytes of the JSON/],
  ['a header beyond every number', headLength('99999999999999999999999'), 400, /must be the number of bytes/],
  ['a header that is no number', headLength('12; drop'), 400, /must be the number of bytes/],
  ['a header that ends inside the JSON', headLength('20'), 400, /^JSON Parse error/],
  [
    'a binary size beyond the body',
    binaryRequest({ binary_data_size: 80 }, Buffer.alloc(8)),
    400,
    /is 80; 8 bytes are left/,
  ],
  [
    'a negative binary size',
    binaryRequest({ binary_data_size: -8 }, Buffer.alloc(8)),
    400,
    /must be a whole number of bytes/,
  ],
  [
    'a binary size that is no number',
    binaryRequest({ binary_data_size: '8' }, Buffer.alloc(8)),
    400,
    /must be a whole number of bytes/,
  ],
  [
    'a binary size that the shape does not need',
    binaryRequest({ binary_data_size: 4 }, Buffer.alloc(4)),
    400,
    /needs 8 bytes by its shape and datatype; 4 came/,
  ],
  [
    'a huge shape with a few bytes',
    binaryRequest({ binary_data_size: 8 }, Buffer.alloc(8), { shape: [2 ** 40] }),
    400,
    /needs 4398046511104 bytes/,
  ],
  [
    'bytes that belong to nobody',
    binaryRequest({ binary_data_size: 8 }, Buffer.alloc(9)),
    400,
    /1 bytes are behind the JSON that no input/,
  ],
  [
    'data and bytes at once',
    binaryRequest({ binary_data_size: 8 }, Buffer.alloc(8), { data: [1, 2] }),
    400,
    /both "data" and binary data/,
  ],
  [
    'a string that ends after its tensor',
    {
      ...binaryRequest({ binary_data_size: 8 }, Buffer.from([255, 255, 255, 255, 1, 2, 3, 4]), {
        datatype: 'BYTES',
        shape: [1],
      }),
      path: pictures,
    },
    400,
    /reaches beyond the end/,
  ],
  [
    'a raw body that is no whole row',
    {
      path: '/v2/models/cassava/infer',
      headers: { 'Inference-Header-Content-Length': '0' },
      body: Buffer.alloc(50),
    },
    400,
    /does not follow from 50 bytes/,
  ],
];

describe('refused pictures and bytes', () => {
  const refusing = new RefusingServer();
  before(() => refusing.start());
  after(() => refusing.stop());

  for (const refusal of refused) {
    it(`${refusal[0]} → ${refusal[2]}`, () => refusing.expectRefusal(refusal));
  }
});
