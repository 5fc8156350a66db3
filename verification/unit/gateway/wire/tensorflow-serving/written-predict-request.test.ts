/** The body of :predict as it is written for a backend: pictures as rows, everything else as columns. */
import { expect } from 'chai';
import type { Datatype, Tensor } from '../../../../../gateway/domain/tensor.ts';
import { parseJsonText } from '../../../../../gateway/wire/json/json-text.ts';
import {
  planPredictRequest,
  readPredictRequest,
} from '../../../../../gateway/wire/tensorflow-serving/predict-request-json.ts';

function written(name: string, inputs: ReadonlyMap<string, Tensor>): string {
  const plan = planPredictRequest(name, inputs);
  const target = Buffer.alloc(plan.byteLength + 1, '#');
  plan.write(target);
  expect(target.toString('latin1', plan.byteLength), 'beyond the planned bytes').to.equal('#');
  return target.toString('utf8', 0, plan.byteLength);
}

describe('planPredictRequest', () => {
  it('sends pictures as rows, byte for byte', () => {
    const pictures: Tensor = {
      datatype: 'string',
      shape: [2],
      elements: [Buffer.of(0xff, 0xd8), Buffer.of(0)],
    };
    expect(written('serving_default', new Map([['image_bytes', pictures]]))).to.equal(
      '{"signature_name":"serving_default","instances":[{"b64":"/9g="},{"b64":"AA=="}]}',
    );
  });

  it('sends pictures of every length, small and large', () => {
    const lengths = [0, 1, 2, 3, 4, 49_151, 49_152, 49_153, 49_154, 49_155, 100_000];
    const elements = lengths.map((length) =>
      Buffer.from(Array.from({ length }, (_, index) => (7 * index) % 251)),
    );
    const pictures: Tensor = { datatype: 'string', shape: [lengths.length], elements };
    const rows = elements.map((bytes) => ({ b64: bytes.toString('base64') }));
    expect(written('ä', new Map([['x', pictures]]))).to.equal(
      JSON.stringify({ signature_name: 'ä', instances: rows }),
    );
  });

  it('sends no pictures as no rows', () => {
    const none: Tensor = { datatype: 'string', shape: [0], elements: [] };
    expect(written('s', new Map([['x', none]]))).to.equal('{"signature_name":"s","instances":[]}');
  });

  for (const lengths of [[49_153], [200_000, 100_000], [5, 100_000, 5], [49_152], [5], []]) {
    it(`says once, and only of a long picture, that its beginning stays as it is: ${String(lengths)}`, () => {
      const elements = lengths.map((length) => Buffer.alloc(length, 'picture'));
      const inputs = new Map<string, Tensor>([
        ['x', { datatype: 'string', shape: [lengths.length], elements }],
      ]);
      const plan = planPredictRequest('s', inputs);
      const target = Buffer.alloc(plan.byteLength);
      const beginnings: string[] = [];
      plan.write(target, (bytes) => beginnings.push(target.toString('latin1', 0, bytes)));
      expect(beginnings).to.have.length(lengths.some((length) => length > 49_152) ? 1 : 0);
      for (const beginning of beginnings) {
        expect(beginning).to.have.length.within(65_536, plan.byteLength - 1);
        expect(target.toString('latin1').startsWith(beginning)).to.equal(true);
      }
    });
  }

  it('sends pictures of two inputs, or of two ranks, as columns, byte for byte', () => {
    const one: Tensor = { datatype: 'string', shape: [1], elements: [Buffer.of(0xff, 0xd8)] };
    const two: Tensor = { datatype: 'string', shape: [1, 1], elements: [Buffer.of(0)] };
    const both = new Map<string, Tensor>([
      ['ä', one],
      ['ö', one],
    ]);
    expect(written('s', both)).to.equal(
      '{"signature_name":"s","inputs":{"ä":[{"b64":"/9g="}],"ö":[{"b64":"/9g="}]}}',
    );
    expect(written('s', new Map([['x', two]]))).to.equal(
      '{"signature_name":"s","inputs":{"x":[[{"b64":"AA=="}]]}}',
    );
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
    const body = parseJsonText(written('s', tensors));
    const call = readPredictRequest(body, () => ({ name: 's', inputs, outputs: [] }));
    expect(call).to.deep.equal({ signatureName: 's', form: 'column', inputs: tensors });
  });
});
