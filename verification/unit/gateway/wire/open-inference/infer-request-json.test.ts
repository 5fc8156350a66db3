/** Every datatype in JSON and in bytes, and what clients leave open. */
import { expect } from 'chai';
import { ServingError } from '../../../../../gateway/domain/errors.ts';
import type { Tensor } from '../../../../../gateway/domain/tensor.ts';
import type { InferInput } from '../../../../../gateway/wire/open-inference/infer-request.ts';
import { readInferRequest } from '../../../../../gateway/wire/open-inference/infer-request-json.ts';
import { writeInferResponse } from '../../../../../gateway/wire/open-inference/infer-response-json.ts';
import { writeRawElements } from '../../../../../gateway/wire/open-inference/raw-elements.ts';

/** Datatype, data of JSON, bytes in hexadecimal as NumPy writes them, data of an answer if others. */
const datatypes: readonly (readonly [string, readonly unknown[], string, string?])[] = [
  ['BOOL', [true, false], '0100'],
  ['UINT8', [0, 255], '00ff'],
  ['UINT16', [1, 65535], '0100ffff'],
  ['UINT32', [1, 4294967295], '01000000ffffffff'],
  ['UINT64', [1, 9007199254740991], '0100000000000000ffffffffffff1f00'],
  ['INT8', [-128, 127], '807f'],
  ['INT16', [-2, 258], 'feff0201'],
  ['INT32', [-1, 16909060], 'ffffffff04030201'],
  ['INT64', [-1, 9007199254740991], 'ffffffffffffffffffffffffffff1f00'],
  ['FP16', [1, -2], '003c00c0', '[1.0,-2.0]'],
  ['BF16', [1, -2], '803f00c0', '[1.0,-2.0]'],
  ['FP32', [0.1, 1], 'cdcccc3d0000803f', '[0.1,1.0]'],
  ['FP64', [0.1, 1], '9a9999999999b93f000000000000f03f', '[0.1,1.0]'],
];

const request = (input: object, tail?: Buffer): InferInput => {
  const [read] = readInferRequest({ inputs: [{ name: 'a', shape: [2], ...input }] }, tail).inputs;
  if (read === undefined) throw new Error('there is no input');
  return read;
};

function tensorOf({ tensor }: InferInput): Tensor {
  if ('texts' in tensor) throw new Error('texts came');
  return tensor;
}

const answerData = (tensor: Tensor): string => {
  const output = { name: 'b', tensor, parameters: new Map<string, string>(), isBinary: false };
  const { body } = writeInferResponse({ modelName: 'm', modelVersion: '1', id: 'i', outputs: [output] });
  return /"data":(.*)\}\]\}$/.exec(body.toString())?.[1] ?? '';
};

describe('infer-request-json', () => {
  for (const [datatype, data, bytes, answered] of datatypes) {
    it(`reads ${datatype} from JSON and from bytes, and writes both`, () => {
      const fromJson = tensorOf(request({ datatype, data }));
      const tail = Buffer.from(bytes, 'hex');
      const fromBytes = tensorOf(request({ datatype, parameters: { binary_data_size: tail.length } }, tail));
      expect(fromJson).to.deep.equal(fromBytes);
      expect(writeRawElements(fromJson).toString('hex')).to.equal(bytes);
      expect(answerData(fromJson)).to.equal(answered ?? JSON.stringify(data));
      expect(
        tensorOf(request({ datatype, shape: [2, 1], data: data.map((value) => [value]) })).elements,
      ).to.deep.equal(fromJson.elements);
    });
  }

  for (const datatype of ['FP8', 'fp32', '', 7]) {
    it(`refuses the datatype ${JSON.stringify(datatype)} with a list of those it takes`, () => {
      expect(() => request({ datatype, data: [1, 2] })).to.throw(ServingError, /BOOL, UINT8, .*BYTES/);
    });
  }

  /** What wraps around in memory is not let in. */
  const beyond: Readonly<Record<string, readonly number[]>> = {
    UINT8: [256, -1, 0.5],
    UINT16: [65536, -1],
    UINT32: [2 ** 32, -1, 1.5],
    UINT64: [-1, 0.5],
    INT8: [128, -129],
    INT16: [32768, -32769],
    INT32: [2 ** 31, -(2 ** 31) - 1],
    INT64: [0.5],
    FP16: [65520, -65520],
    BF16: [3.4e38, -3.4e38],
    FP32: [3.5e38],
  };
  for (const [datatype, values] of Object.entries(beyond)) {
    it(`refuses what ${datatype} does not hold`, () => {
      for (const value of values) {
        const sentence = new RegExp(`^Element 1 of .* is no value of ${datatype}\\.$`);
        expect(() => request({ datatype, data: [1, value] }), String(value)).to.throw(ServingError, sentence);
      }
    });
  }

  it('takes null for NaN where a float is wanted, and nowhere else', () => {
    for (const datatype of ['FP16', 'BF16', 'FP32', 'FP64'])
      expect(answerData(tensorOf(request({ datatype, data: [null, 1] }))), datatype).to.equal('[null,1.0]');
    for (const datatype of ['UINT32', 'UINT64', 'INT64', 'BOOL'])
      expect(() => request({ datatype, data: [null, null] }), datatype).to.throw(ServingError, /Element 0/);
  });

  it('leaves texts as they are, with the shape that was sent', () => {
    const bare = request({ datatype: 'BYTES', shape: [0], data: 'abc' }).tensor;
    expect(bare).to.deep.equal({ datatype: 'string', shape: [0], texts: ['abc'], isBare: true });
    const nested = request({ datatype: 'BYTES', shape: [2, 1], data: [['a'], ['b']] }).tensor;
    expect(nested).to.deep.include({ texts: ['a', 'b'], isBare: false });
  });

  it('gives strings as views into the body', () => {
    const tail = Buffer.from('\u0003\0\0\0abc\0\0\0\0');
    const tensor = tensorOf(request({ datatype: 'BYTES', parameters: { binary_data_size: 11 } }, tail));
    expect(tensor.elements).to.deep.equal([Buffer.from('abc'), Buffer.from('')]);
    expect((tensor.elements[0] as Uint8Array).buffer).to.equal(tail.buffer);
  });

  it('refuses more strings than a body should hold, before they take memory', () => {
    const tail = Buffer.alloc(4 * 100_001);
    const input = { datatype: 'BYTES', shape: [100_001], parameters: { binary_data_size: tail.length } };
    expect(() => request(input, tail)).to.throw(ServingError, /more than 100000/);
  });

  it('keeps parameters that have a value, and takes own keys only', () => {
    const { parameters } = request({
      datatype: 'INT8',
      data: [1, 2],
      parameters: { a: 'x', b: 1, c: true, d: [1], e: null },
    });
    expect([...parameters]).to.deep.equal([
      ['a', 'x'],
      ['b', 1],
      ['c', true],
    ]);
    const inherited: unknown = Object.create({ inputs: [] });
    expect(() => readInferRequest(inherited)).to.throw(ServingError, /"inputs"/);
  });

  it('writes what JSON cannot hold as null', () => {
    const elements = Float32Array.of(NaN, Infinity, -Infinity, 1.5);
    expect(answerData({ datatype: 'float32', shape: [4], elements })).to.equal('[null,null,null,1.5]');
  });
});
