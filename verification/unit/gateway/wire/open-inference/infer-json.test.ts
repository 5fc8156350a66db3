/** Bodies with long pieces are read as those without, whatever their pieces are and wherever they stand. */
import { expect } from 'chai';
import { ServingError } from '../../../../../gateway/domain/errors.ts';
import { parseInferBody } from '../../../../../gateway/protocols/open-inference/parse-infer-body.ts';
import { readInferRequest } from '../../../../../gateway/wire/open-inference/infer-request-json.ts';
import type { InferRequest } from '../../../../../gateway/wire/open-inference/infer-request.ts';

const picture = Buffer.from(Array.from({ length: 50_000 }, (_, index) => (index * 7) % 251));
const base64 = picture.toString('base64');
const floats = Float32Array.from({ length: 12_000 }, (_, index) => (index % 255) / 255);

/** What the JSON says when all of it is parsed. */
const plainly = (body: string): InferRequest => readInferRequest(JSON.parse(body), Buffer.alloc(0));
const read = (body: string): InferRequest => parseInferBody({ bytes: Buffer.from(body) });
const withInput = (input: object): string =>
  JSON.stringify({ id: 'x', inputs: [{ name: 'a', shape: [1], ...input }], outputs: [{ name: 'b' }] });
const tensorOf = ({ inputs }: InferRequest): unknown => inputs[0]?.tensor;

describe('the JSON of an inference', () => {
  it('gives long base64 decoded beside what was sent, bare, in a list and in lists of a list', () => {
    for (const data of [base64, [base64, 'c2hvcnQ=', base64], [[base64], [base64]]]) {
      const { id, inputs, outputs } = read(withInput({ datatype: 'BYTES', data }));
      expect([id, outputs[0]?.name]).to.deep.equal(['x', 'b']);
      const tensor = inputs[0]?.tensor;
      if (tensor === undefined || !('texts' in tensor)) throw new Error('no texts came');
      const texts = tensor.texts.map((text) =>
        typeof text === 'string' ? text : Buffer.from(text.characters).toString(),
      );
      expect(texts).to.deep.equal([data].flat(2));
      expect(tensor.isBare).to.equal(data === base64);
      for (const text of tensor.texts) {
        if (typeof text !== 'string') expect(picture.equals(text.bytes)).to.equal(true);
      }
    }
  });

  it('gives long lists of floats as all of it parsed gives them', () => {
    const input = { datatype: 'FP32', shape: [12_000], data: [...floats] };
    expect(tensorOf(read(withInput(input)))).to.deep.equal({
      datatype: 'float32',
      shape: [12_000],
      elements: floats,
    });
  });

  for (const [title, input] of [
    ['integers', { datatype: 'INT32', shape: [40_000], data: Array.from({ length: 40_000 }, (_, n) => n) }],
    ['floats of 64 bits', { datatype: 'FP64', shape: [12_000], data: Array.from(floats, (n) => n / 3) }],
    ['floats with a null', { datatype: 'FP32', shape: [12_001], data: [...floats, null] }],
    ['floats in rows', { datatype: 'FP32', shape: [2, 12_000], data: [[...floats], [...floats]] }],
  ] as const)
    it(`reads long lists of ${title}`, () => {
      const body = withInput(input);
      expect(tensorOf(read(body))).to.deep.equal(tensorOf(plainly(body)));
    });

  for (const [title, input] of [
    ['of another length than their shape', { datatype: 'FP32', shape: [12_001], data: [...floats] }],
    ['with a float that 32 bits do not hold', { datatype: 'FP32', shape: [12_001], data: [...floats, 1e39] }],
    ['of floats for integers', { datatype: 'INT32', shape: [12_000], data: [...floats] }],
    ['of floats for texts', { datatype: 'BYTES', shape: [12_000], data: [...floats] }],
    ['that are a text', { datatype: 'FP32', shape: [1], data: base64 }],
    ['among texts', { datatype: 'BYTES', shape: [2], data: ['a', [...floats]] }],
  ] as const)
    it(`refuses lists ${title} with the sentence of a short one`, () => {
      const body = withInput(input);
      const sentence = sentenceOf(() => plainly(body));
      expect(sentenceOf(() => read(body)))
        .to.equal(sentence)
        .and.to.have.length.above(20);
    });

  it('leaves long texts in other places as they are', () => {
    const body = JSON.stringify({
      id: base64,
      inputs: [{ name: 'a', shape: [1], datatype: 'BYTES', data: ['b'] }],
    });
    expect(read(body)).to.deep.equal(plainly(body));
  });

  it('says where a body with a picture ceases to be JSON', () => {
    const body = `{"inputs":[{"data":["${base64}"]}],,}`;
    expect(sentenceOf(() => read(body))).to.match(new RegExp(`offset: ${body.length - 2}$`));
  });
});

function sentenceOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof ServingError) return error.message;
    throw error;
  }
  return '';
}
