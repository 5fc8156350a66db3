/** The body of :predict as it is written for a backend: pictures as rows, everything else as columns. */
import { expect } from 'chai';
import type { Datatype, Tensor } from '../../../../../gateway/domain/tensor.ts';
import { parseJsonText } from '../../../../../gateway/wire/json/json-text.ts';
import {
  readPredictRequest,
  writePredictRequest,
} from '../../../../../gateway/wire/tensorflow-serving/predict-request-json.ts';

describe('writePredictRequest', () => {
  it('sends pictures as rows, byte for byte', () => {
    const pictures: Tensor = {
      datatype: 'string',
      shape: [2],
      elements: [Buffer.of(0xff, 0xd8), Buffer.of(0)],
    };
    const body = writePredictRequest('serving_default', new Map([['image_bytes', pictures]]));
    expect(body.toString()).to.equal(
      '{"signature_name":"serving_default","instances":[{"b64":"/9g="},{"b64":"AA=="}]}',
    );
  });

  it('sends pictures of every length, small and large', () => {
    const lengths = [0, 1, 2, 3, 4, 24_575, 24_576, 24_577, 24_578, 24_579, 100_000];
    const elements = lengths.map((length) =>
      Buffer.from(Array.from({ length }, (_, index) => (7 * index) % 251)),
    );
    const pictures: Tensor = { datatype: 'string', shape: [lengths.length], elements };
    const body = writePredictRequest('ä', new Map([['x', pictures]]));
    const rows = elements.map((bytes) => ({ b64: bytes.toString('base64') }));
    expect(body.toString()).to.equal(JSON.stringify({ signature_name: 'ä', instances: rows }));
  });

  it('sends no pictures as no rows', () => {
    const none: Tensor = { datatype: 'string', shape: [0], elements: [] };
    expect(writePredictRequest('s', new Map([['x', none]])).toString()).to.equal(
      '{"signature_name":"s","instances":[]}',
    );
  });

  it('writes into the memory that it is given and no other, whatever the form', () => {
    const tensors = { rows: ['string', [1]], columns: ['string', [1, 1]] } as const;
    for (const [title, [datatype, shape]] of Object.entries(tensors)) {
      const memory = Buffer.alloc(1000);
      const inputs = new Map<string, Tensor>([['ä', { datatype, shape, elements: [Buffer.of(1)] }]]);
      const body = writePredictRequest('s', inputs, (bytes) => memory.subarray(0, bytes));
      expect(body.buffer === memory.buffer, title).to.equal(true);
      expect(body.toString(), title).to.equal(writePredictRequest('s', inputs).toString());
    }
  });

  it('sends everything else as columns that read back', () => {
    const tensors = new Map<string, Tensor>([
      ['a', { datatype: 'float32', shape: [2, 1, 2], elements: Float32Array.of(0.1, -2, NaN, 1e-40) }],
      ['b"', { datatype: 'int64', shape: [1], elements: BigInt64Array.of(-5n) }],
      ['c', { datatype: 'bool', shape: [], elements: Uint8Array.of(1) }],
      ['d', { datatype: 'float16', shape: [2], elements: Uint16Array.of(0x3555, 0xfc00) }],
      ['e', { datatype: 'string', shape: [1, 1], elements: [Buffer.of(0xff)] }],
      ['f', { datatype: 'float64', shape: [2, 0], elements: Float64Array.of() }],
      ['g', { datatype: 'uint8', shape: [3], elements: Uint8Array.of(0, 128, 255) }],
    ]);
    const datatypes: readonly (readonly [string, Datatype])[] = Array.from(
      tensors,
      ([name, { datatype }]) => [name, datatype],
    );
    const inputs = datatypes.map(([name, datatype]) => ({ name, datatype, shape: [null] }));
    const written = parseJsonText(writePredictRequest('s', tensors).toString());
    const call = readPredictRequest(written, () => ({ name: 's', inputs, outputs: [] }));
    expect(call).to.deep.equal({ signatureName: 's', form: 'column', inputs: tensors });
  });
});
